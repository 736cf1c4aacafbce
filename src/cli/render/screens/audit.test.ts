import { describe, expect, it } from 'vitest';
import { auditSchema } from '../../../core/audit.ts';
import { exampleAudit } from '../../../core/fixtures/audit.ts';
import { createScreen } from '../screen.ts';
import { visibleLength } from '../text.ts';
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
