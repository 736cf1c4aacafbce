import type { AuditFinding } from '../../../core/audit.ts';
import { sensitiveKinds } from '../../../redaction/redactor.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsThat } from '../finding.ts';

/** What a detector of secrets calls its finds. */
const secretKind = 'SECRET';

interface Sensitive extends Candidate {
  readonly kinds: readonly string[];
}

const method =
  'The detectors that redact captures, on input and target: secrets, e-mail addresses, phone numbers, IBANs, payment cards, national ids (with their check digits), IP addresses. Names and addresses of people are not found.';

/** Collects rows with personal data or secrets while rows are read. */
export class SensitiveRows {
  readonly #personal: Sensitive[] = [];
  readonly #secret: Sensitive[] = [];

  add(row: number, text: string, target: string): void {
    const kinds = sensitiveKinds(`${text}\n${target}`);
    const personal = kinds.filter(kind => kind !== secretKind);
    if (personal.length > 0)
      this.#personal.push({ row, others: [], score: Math.min(1, personal.length / 4), kinds: personal });
    if (kinds.length > personal.length) this.#secret.push({ row, others: [], score: 1, kinds: [secretKind] });
  }

  findings(rows: AuditRows): (AuditFinding | null)[] {
    const explain = ({ kinds }: Sensitive) => ({
      evidence: `holds ${kinds.map(kind => kind.toLowerCase().replaceAll('_', ' ')).join(', ')}`,
      suggestion: { action: 'fix' as const, target: null, probability: null },
    });
    return [
      finding(rows, {
        kind: 'secret',
        severity: 'error',
        found: this.#secret,
        summary: `${rowsThat(this.#secret.length, 'holds', 'hold')} a key, a token or a password: a model can repeat it`,
        advice: 'Revoke what is real, and replace it in the rows.',
        method,
        explain,
      }),
      finding(rows, {
        kind: 'personal-data',
        severity: 'warning',
        found: this.#personal,
        summary: `${rowsThat(this.#personal.length, 'holds', 'hold')} personal data: a model can repeat it`,
        advice: 'Replace it where the task does not need it.',
        method,
        explain,
      }),
    ];
  }
}
