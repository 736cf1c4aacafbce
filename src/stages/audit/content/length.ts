import type { Audit, AuditFinding } from '../../../core/audit.ts';
import { quantileOfSorted } from '../../../stats/quantile.ts';
import type { AuditRows } from '../audit-rows.ts';
import { type Candidate, finding, rowsThat } from '../finding.ts';

/** Tells how many tokens a text has. */
export interface TokenCounter {
  readonly count: (text: string) => number;
  readonly exact: boolean;
  /** How, in a sentence. */
  readonly rule: string;
}

/** English has about 4.2 bytes a token in current vocabularies, so the estimate is on the long side. */
const bytesPerToken = 3.5;

/** The estimate where no tokenizer is at hand. */
export const estimatedTokens: TokenCounter = {
  count: text => Math.ceil(Buffer.byteLength(text) / bytesPerToken),
  exact: false,
  rule: `UTF-8 bytes of input and target, divided by ${bytesPerToken}`,
};

/** Median, 95th percentile and longest. */
export function tokenProfile(tokens: Uint32Array, { exact, rule }: TokenCounter): Audit['profile']['tokens'] {
  const sorted = Float64Array.from(tokens).sort();
  const at = (probability: number) =>
    sorted.length === 0 ? 0 : Math.round(quantileOfSorted(sorted, probability));
  return { median: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0, exact, rule };
}

/** Rows that do not fit the context of the model. */
export function tooLong(
  rows: AuditRows,
  tokens: Uint32Array,
  contextTokens: number,
  { exact, rule }: TokenCounter,
): AuditFinding | null {
  const found: Candidate[] = [];
  for (const [row, count] of tokens.entries())
    if (count > contextTokens) found.push({ row, others: [], score: 1 - contextTokens / count });
  return finding(rows, {
    kind: 'too-long',
    severity: 'warning',
    found,
    summary: `${rowsThat(found.length, 'is', 'are')} longer than ${contextTokens.toLocaleString('en-US')} tokens: what does not fit is not learnt`,
    advice: 'Shorten the inputs, or take a model and a setting with more context.',
    method: `${exact ? rule : `Estimated tokens: ${rule}; no tokenizer was asked`}. The prompt around a row comes on top.`,
    explain: ({ row }) => ({
      evidence: `${exact ? '' : 'about '}${tokens[row]!.toLocaleString('en-US')} tokens`,
      suggestion: { action: 'fix', target: null, probability: null },
    }),
  });
}
