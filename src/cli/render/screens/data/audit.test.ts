import { describe, expect, it } from 'vitest';
import { auditSchema } from '../../../../core/audit.ts';
import { exampleAudit } from '../../../../core/fixtures/audit.ts';
import { createScreen } from '../../screen.ts';
import { visibleLength } from '../../text.ts';
import { auditScreen } from './audit.ts';

const at = (columns: number) =>
  auditScreen(createScreen({ columns, colour: false }), auditSchema.parse(exampleAudit()));

describe('an audit on a screen', () => {
  it('keeps within its width, wide or narrow', () => {
    for (const columns of [60, 80, 100])
      expect(
        at(columns)
          .split('\n')
          .filter(line => visibleLength(line) > columns),
      ).toEqual([]);
  });

  it('says how many languages more there are than it names', () => {
    const plain = exampleAudit();
    const languages = ['und', 'el', 'hi', 'ja', 'ko', 'th'].map(language => ({ language, rows: 10 }));
    const text = auditScreen(createScreen({ columns: 80, colour: false }), {
      ...plain,
      profile: { ...plain.profile, languages },
    });
    expect(text).toContain('undetermined 17 % · el 17 %');
    expect(text).toContain('ja 17 % · and 2 more');
  });

  it('cuts no number, however long names and evidence are', () => {
    const plain = exampleAudit();
    const file = `${'service-desk/'.repeat(8)}tickets.jsonl`;
    const evidence = `one of 1,234,567 rows of the form "${'please send * to '.repeat(15)}", similarity 0.97`;
    const text = auditScreen(createScreen({ columns: 80, colour: false }), {
      ...plain,
      rows: 12_345_678,
      findings: plain.findings.map(found => ({
        ...found,
        count: 1_234_567,
        items: found.items.map(item => ({
          ...item,
          evidence,
          rows: item.rows.map(row => ({ ...row, file, line: 9_876_543 })),
        })),
      })),
    });
    expect(text.split('\n').filter(line => visibleLength(line) > 80)).toEqual([]);
    expect(text).toContain('/tickets.jsonl:9876543 ');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('similarity 0.97');
    expect(text).toContain('1,234,567 rows');
  });

  it('shows each finding with severity, count, share, first rows and advice', () => {
    const text = at(80);
    expect(text).toContain('error  conflict  5 rows (<0.1 %)');
    expect(text).toContain('train.jsonl:1 I have been waiting for over a week');
    expect(text).toContain('and 2 more rows');
    expect(text).toContain('→ Decide on one target for each input.');
  });

  it('says what was not done, on what it was done in part, and what to do next', () => {
    const text = at(80);
    expect(text).toContain('too-long: the context of the model is not known');
    expect(text).toContain('Coverage is looked at on 5,000 rows');
    expect(text.split('\n\n').at(-1)).toMatch(/^Next: `stepdown data review`/);
  });

  it('shows what two judges say of a label within 80 columns', () => {
    const plain = exampleAudit();
    const [first] = plain.findings;
    const evidence =
      'specialist fault-triage: "Failure to start on demand" has probability 0.97, the given label 0.01; linear model: no objection, the given label 0.41';
    const judged =
      'The specialist fault-triage judged the labels of 600 rows; not judged: 9,143 rows because trained on, 3 rows with a label that it does not know.';
    const text = auditScreen(createScreen({ columns: 80, colour: false }), {
      ...plain,
      findings: [
        {
          ...first!,
          kind: 'label-noise',
          summary: `1,234 rows may have a wrong label: specialist fault-triage or linear model, which have not seen them, disagree; both on 567`,
          items: first!.items.map(item => ({ ...item, evidence })),
        },
      ],
      approximations: [judged],
    });
    expect(text.split('\n').filter(line => visibleLength(line) > 80)).toEqual([]);
    const flat = text.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(evidence);
    expect(flat).toContain(judged);
  });

  it('lets no control characters of a row through', () => {
    expect(at(80)).not.toContain('\u001b');
  });

  it('says so where nothing was found', () => {
    const clean = auditScreen(createScreen({ columns: 80, colour: false }), {
      ...exampleAudit(),
      findings: [],
    });
    expect(clean).toContain('Nothing was found.');
    expect(clean).not.toContain('data review');
  });
});
