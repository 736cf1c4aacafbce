import { describe, expect, it } from 'vitest';
import { numberText } from '../../../core/number-text.ts';
import { situationOf } from '../../../stages/decide/fixtures/situations.ts';
import { decide } from '../../../stages/decide/verdict/decide.ts';
import { measured } from '../../../stages/decide/verdict/fixtures/cases/case.ts';
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

  it.each([0.5, 8000, 50_000, 5e6])(
    'keeps within its width and cuts nothing, at %d calls a day',
    callsPerDay => {
      const traffic = { ...narrow.traffic, callsPerDay };
      const measuredHere = measured(-0.01, 0, 0.01);
      for (const decided of [
        decide(situationOf({ ...narrow, traffic }, measuredHere)),
        decide(situationOf({ ...narrow, traffic, regulation: { dataMayLeave: 'no' } })),
      ])
        for (const columns of callsPerDay > 1e6 ? [80, 100] : [60, 80, 100]) {
          const text = decisionScreen(createScreen({ columns, colour: false }), decided);
          expect(text.split('\n').filter(line => visibleLength(line) > columns)).toEqual([]);
          expect(text).not.toContain('…');
          const flat = text.replaceAll(/\s+/g, ' ');
          for (const name of ['keep large model', 'add retrieval', 'own specialist', 'cascade'])
            expect(text).toContain(`\n  ${name}  `);
          for (const [id, { per1kRequestsUsd, savingUsd }] of Object.entries(decided.cost))
            for (const { low, high } of id === 'keep-large-model'
              ? [per1kRequestsUsd]
              : [per1kRequestsUsd, savingUsd])
              if (low < high)
                expect(flat).toContain(`[${numberText(low, 'usd')}, ${numberText(high, 'usd')}]`);
        }
    },
  );

  it('says the verdict first, every reason with its rule and source, and what to do last', () => {
    const text = decisionScreen(createScreen({ columns: 100, colour: false }), decision);
    expect(text.startsWith('Verdict  ')).toBe(true);
    for (const { rule } of [...decision.reasons, ...decision.against]) expect(text).toContain(`[${rule}]`);
    expect(text.split('\n\n').at(-1)).toMatch(/^Next: /);
    expect(text).toContain('Break-even');
  });

  it('says how much its machines leave to the large model, and nothing where they answer all', () => {
    const machines = (answers: object) =>
      decisionScreen(
        createScreen({ columns: 200, colour: false }),
        decide(situationOf({ ...narrow, ...answers })),
      )
        .split('\n')
        .find(line => line.includes('Machines: '));
    const slow = {
      cpu: { requestSeconds: 20 },
      rentedGpu: { available: false },
      ownedGpu: { available: false },
    };
    const long = { ...narrow.traffic, latencyMs: 60_000 };
    expect(
      machines({ hardware: slow, traffic: long, incumbent: { price: { input: 0.05, output: 0.2 } } }),
    ).toMatch(/own specialist 1 × CPU \(9\d % to the large model\)/);
    expect(machines({ cascade: { escalatedShare: 0.2 } })).toMatch(
      /own specialist 1 × own GPU, cascade 1 × own GPU \(20 % to the large model\)/,
    );
  });

  it('says of which prices and volume break-even speaks: a rate may be enough today and not pay in three years', () => {
    const shown = (more: object) =>
      decisionScreen(
        createScreen({ columns: 80, colour: false }),
        decide(situationOf({ ...narrow, ...more })),
      ).replaceAll(/\s+/g, ' ');
    const falling = shown({
      traffic: { ...narrow.traffic, callsPerDay: 9000 },
      incumbent: { model: 'gpt-4o', priceChangePerYear: -0.6 },
    });
    const [, from, now] =
      /At today’s prices a specialist is cheaper from ([\d.]+) .* now it is ([\d.]+)\./.exec(falling)!;
    expect(Number(now)).toBeGreaterThan(Number(from));
    expect(falling).toContain(
      'With prices and volume as assumed from then on, what it costs to begin is not earned back',
    );
    expect(shown({})).toContain('With prices and volume as assumed from then on, begun today, it has earned');
  });

  it('says that a list price was not checked, and nothing of the kind where the price was stated', () => {
    const shown = (incumbent: object) =>
      decisionScreen(
        createScreen({ columns: 80, colour: false }),
        decide(situationOf({ ...narrow, incumbent })),
      ).replaceAll(/\s+/g, ' ');
    expect(shown({ model: 'gpt-4o' })).toContain(
      'The list price of gpt-4o is not checked (OpenAI price list (retires on 2027-01-14), 2026-11, from a report about it, not checked at the source)',
    );
    const price = { input: 2.5, cachedInput: 1.25, output: 10 };
    expect(shown({ model: 'gpt-4o', price })).not.toContain('not checked');
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
