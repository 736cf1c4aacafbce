import { describe, expect, test } from 'vitest';
import { figures } from '../figures.ts';
import { merged, situationOf } from '../fixtures/situations.ts';
import { decidingRules } from '../rules/deciding.ts';
import { verdicts } from '../rules/rule.ts';
import { ordinary } from './fixtures/cases/case.ts';
import { cases } from './fixtures/cases/index.ts';
import type { Origin } from './fixtures/cases/origins.ts';
import { publishedCases } from './fixtures/cases/published.ts';
import { judge } from './judge.ts';

const said = (from: Origin) => ('field' in from ? from.field : from.says);

describe('the table of cases', () => {
  test('has at least 40, no two of one name, and meets every verdict and every rule that decides', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(new Set(cases.map(({ verdict }) => verdict))).toEqual(new Set(verdicts));
    expect(new Set(cases.map(({ because }) => because))).toEqual(new Set(decidingRules.map(({ id }) => id)));
  });

  test('says of every case which rule of the field or which publication it comes from', () => {
    const ids = new Set(figures.map(({ id }) => id));
    for (const { from } of cases) {
      if ('published' in from) expect(from.published).toMatch(/\b20\d\d\b/);
      else if (from.figure !== undefined) expect(ids).toContain(from.figure);
    }
    expect(publishedCases.every(({ from }) => 'published' in from)).toBe(true);
  });

  test.each(cases.map(each => ({ ...each, said: said(each.from) })))(
    '$name: $verdict ($said)',
    ({ change, evidence, verdict, because }) => {
      const judgement = judge(situationOf(merged(ordinary, change), evidence));
      expect({ verdict: judgement.verdict, because: judgement.rule.id }).toEqual({ verdict, because });
    },
  );
});
