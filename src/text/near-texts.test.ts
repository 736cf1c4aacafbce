import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NearTexts } from './near-texts.ts';

describe('near texts', () => {
  const known = new NearTexts(['The pump on line 4 leaks at the seal.', 'Motor hums loudly after start.']);

  it('are the same text in another case, spacing and number', () => {
    expect(known.nearest('the PUMP on  line 7 leaks at the seal.')).toBe(1);
  });

  it('are a small edit nearer than the same subject in other words, and those nearer than another subject', () => {
    const edited = known.nearest('The pump on line 4 leaks at the seals.');
    const reworded = known.nearest('At line 4, water drips from the pump seal.');
    const other = known.nearest('Invoice has the wrong address');
    expect(edited).toBeGreaterThan(0.8);
    expect(reworded).toBeLessThan(0.6);
    expect(other).toBeLessThan(reworded);
  });

  it('are found within a longer text, unless so short that any may hold them', () => {
    const report = new NearTexts(['Motor of the second mill hums loudly after start.']);
    const prompt =
      'Name the fault: "motor of the second MILL hums loudly after start." Answer shortly, please.';
    expect(report.contained(prompt)).toBeGreaterThanOrEqual(0.85);
    expect(report.nearest(prompt)).toBeLessThan(0.6);
    const reworded = 'After its start the second mill is loud, as the motor of it hums.';
    expect(report.contained(reworded)).toBeLessThan(0.7);
    expect(new NearTexts(['It hums.']).contained('Well: It hums.')).toBe(0);
  });

  it('are none where nothing is known', () => {
    expect(new NearTexts().nearest('anything')).toBe(0);
  });

  it('are always known ones, and the similarity is a share that does not depend on who asks whom', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(new NearTexts([a]).nearest(a)).toBe(1);
        const there = new NearTexts([a]).nearest(b);
        expect(there).toBe(new NearTexts([b]).nearest(a));
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });
});
