import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../../../../app/review/views.ts';
import { estimate } from '../../../../core/fixtures/evaluation.ts';
import { createScreen } from '../../screen.ts';
import { approvalScreen, testRowsScreen } from './approval.ts';

const screen = createScreen({ columns: 80, colour: false });
const view: ApprovalView = {
  testHash: 'a'.repeat(64),
  datasetHash: 'd'.repeat(64),
  rows: 124,
  approval: null,
  history: [],
  incumbent: null,
  incumbentConfigured: true,
};
const approval = {
  schemaVersion: 1 as const,
  action: 'approve' as const,
  testHash: view.testHash,
  datasetHash: view.datasetHash,
  rows: 124,
  by: 'Ada Lovelace',
  at: '2026-11-28T08:00:00.000Z',
  note: 'word '.repeat(40).trim(),
  incumbent: { title: 'Big model', metric: 'accuracy', estimate: estimate(0.9) },
};

const tooWide = (text: string) => text.split('\n').filter(line => [...line].length > 80);

describe('the approval screen', () => {
  it('says that nobody approved, what is not measured, and what to do', () => {
    const text = approvalScreen(screen, view);
    expect(text).toContain('Test set  not approved');
    expect(text).toContain('not measured on these rows: `stepdown evaluate`');
    expect(text).toContain('--by "Your Name"');
  });

  it('says who approved and when, beside the score of the large model, within 80 columns', () => {
    const history = [approval, { ...approval, action: 'revoke' as const, by: 'Grace' }, approval];
    const text = approvalScreen(screen, { ...view, approval, history });
    expect(text).toContain('approved by Ada Lovelace on 2026-11-28');
    expect(text).toContain('Big model: accuracy 0.900 [0.830, 0.970] (n=124)');
    expect(text).toContain('2026-11-28 08:00 revoked by Grace');
    expect(tooWide(text)).toEqual([]);
  });

  it('shows whole rows with their place, safe to print, and where to read on', () => {
    const content = `${'long text '.repeat(40)}\u001b[31mred\nsecond line`;
    const example = {
      id: '1',
      messages: [{ role: 'user' as const, content }],
      target: 'Leak',
      references: ['Drip'],
      group: null,
      source: { file: 'test.jsonl', line: 7 },
    };
    const text = testRowsScreen(screen, { ...view, from: 21, examples: [example, example] });
    expect(text).toContain('rows 21 to 22 of 124');
    expect(text.match(/long\s+text/g)).toHaveLength(80);
    expect(text).toContain('→ Drip');
    expect(text).toContain('test.jsonl:7');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('stepdown data approve --show --from 23 --rows 2');
    expect(tooWide(text)).toEqual([]);
  });
});
