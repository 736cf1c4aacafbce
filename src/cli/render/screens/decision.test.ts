import { describe, expect, it } from 'vitest';
import { situationOf } from '../../../stages/decide/fixtures/situations.ts';
import { decide } from '../../../stages/decide/verdict/decide.ts';
import { createScreen } from '../screen.ts';
import { visibleLength } from '../text.ts';
import { decisionScreen } from './decision.ts';

const narrow = {
  task: { kind: 'classify', definition: 'closed', breadth: 'narrow', reasoning: 'none' },
  data: { labelledRows: 20_000, labelAgreement: 0.95 },
  traffic: { callsPerDay: 50_000, inputTokens: 1000, outputTokens: 50, latencyMs: 3000 },
  incumbent: { model: 'gpt-4o' },
};

describe('the decision on a screen', () => {
  const decision = decide(situationOf(narrow));

  it('keeps within its width, wide or narrow', () => {
    for (const columns of [60, 80, 100]) {
      const text = decisionScreen(createScreen({ columns, colour: false }), decision);
      expect(text.split('\n').filter(line => visibleLength(line) > columns)).toEqual([]);
    }
  });

  it('says the verdict first, every reason with its rule and source, and what to do last', () => {
    const text = decisionScreen(createScreen({ columns: 100, colour: false }), decision);
    expect(text.startsWith('Verdict  ')).toBe(true);
    for (const { rule } of [...decision.reasons, ...decision.against]) expect(text).toContain(`[${rule}]`);
    expect(text.split('\n\n').at(-1)).toMatch(/^Next: /);
    expect(text).toContain('Break-even');
  });

  it('names contradictions, and that a hard constraint decided', () => {
    const hard = decide(
      situationOf({ ...narrow, regulation: { dataMayLeave: 'no' }, incumbent: { region: 'us' } }),
    );
    const text = decisionScreen(createScreen({ columns: 80, colour: false }), hard);
    expect(text).toContain('a hard constraint decides');
    expect(text).toContain('Answers that do not go together');
  });
});
