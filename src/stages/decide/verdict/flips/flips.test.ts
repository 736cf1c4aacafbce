import { describe, expect, test } from 'vitest';
import { economicsOf, resampled, sampleOf } from '../../cost/economics.ts';
import { merged, situationOf } from '../../fixtures/situations.ts';
import { type Verdict, verdicts } from '../../rules/rule.ts';
import type { Situation } from '../../situation/situation.ts';
import { ordinary } from '../fixtures/cases/case.ts';
import { cases } from '../fixtures/cases/index.ts';
import { judge } from '../judge.ts';
import {
  type CountedFact,
  ifNumber,
  ifWord,
  numberCounterfactuals,
  type WordFact,
  wordCounterfactuals,
} from './counterfactuals.ts';
import { findFlips } from './find-flips.ts';
import { type NearbyVerdicts, nearbyVerdicts } from './verdicts-along.ts';

/** Every so many situations that a search looks at are judged in full as well: all of them would take minutes. */
const judgedInFull = 12;
let looked = 0;

/** The verdicts of a search, compared with those of judging the situation as if it were the only one. */
function checkedVerdicts(situation: Situation, nearby: NearbyVerdicts): NearbyVerdicts {
  const points = sampleOf(situation);
  const checked = (verdict: Verdict, inFull: () => Verdict) => {
    if (looked++ % judgedInFull === 0) expect(verdict).toBe(inFull());
    return verdict;
  };
  return {
    along(key, money) {
      const verdictAt = nearby.along(key, money);
      return moved =>
        checked(
          verdictAt(moved),
          () =>
            judge(moved, economicsOf(moved, resampled(points, key, moved.assumptions[key].range))).verdict,
        );
    },
    at: (changed, changesMachines) =>
      checked(nearby.at(changed, changesMachines), () => judge(changed).verdict),
  };
}

describe('what would change the verdict', () => {
  test.each(cases)('is what judging everything in full finds: $name', ({ change, evidence }) => {
    const situation = situationOf(merged(ordinary, change), evidence);
    const economics = economicsOf(situation);
    const nearby = nearbyVerdicts(situation, economics);
    for (const flip of findFlips(situation, economics, checkedVerdicts(situation, nearby))) {
      expect(flip.verdict).not.toBe(judge(situation, economics).verdict);
      expect(flip.text).toMatch(/^If .+, .+\.$/);
    }
  });

  test('speaks of requests a second where the volume was stated so', () => {
    const slow = situationOf(
      merged(ordinary, { traffic: { callsPerDay: undefined, requestsPerSecond: 0.01 } }),
    );
    const volume = findFlips(slow, economicsOf(slow)).find(({ key }) => key === 'traffic.callsPerDay');
    expect(volume?.text).toMatch(/^If you had [\d.]+ requests a second instead of 0\.01, /);
  });

  test('says which value nobody has stated', () => {
    const situation = situationOf(merged(ordinary, { data: { labelledRows: 'unknown' } }));
    const rows = findFlips(situation, economicsOf(situation)).find(({ key }) => key === 'data.labelledRows');
    expect(rows?.text).toMatch(/^If you had [\d,]+ labelled rows instead of 300 \(assumed\), /);
  });
});

const numbers: Readonly<Record<CountedFact, readonly [from: number, to: number, said: string]>> = {
  'traffic.callsPerDay': [8000, 120_000, 'If you had 120,000 calls a day instead of 8,000'],
  'traffic.requestsPerSecond': [3, 40, 'If you had 40 requests a second instead of 3'],
  'data.labelledRows': [0, 1000, 'If you had 1,000 labelled rows instead of none'],
  'data.labelAgreement': [0.95, 0.825, 'If two people agreed on 82.5 % of the labels instead of 95 %'],
  'task.outOfScopeShare': [0.01, 0.055, 'If 5.5 % of the inputs lay outside the task instead of 1 %'],
  'task.documents': [0, 200, 'If the answers stood in 200 documents instead of none'],
  'traffic.latencyMs': [3000, 800, 'If answers had to come within 800 ms instead of 3,000 ms'],
  'traffic.inputTokens': [1000, 4200, 'If a call had 4,200 input tokens instead of 1,000'],
  'traffic.outputTokens': [50, 7, 'If an answer had 7 tokens instead of 50'],
  'incumbent.price.input': [2.5, 0.35, 'If a million input tokens cost $0.35 instead of $2.50'],
  'economics.operationsHoursPerMonth': [
    2.449,
    20,
    'If running the specialist took 20 hours a month instead of 2.45',
  ],
  'economics.setUpHours': [44, 9, 'If setting the specialist up took 9 hours instead of 44'],
  'cascade.escalatedShare': [0.25, 0.6, 'If 60 % of the calls still went to the large model instead of 25 %'],
};
const words: {
  readonly [Fact in WordFact]: Readonly<Record<keyof (typeof wordCounterfactuals)[Fact], string>>;
} = {
  'regulation.dataMayLeave': {
    yes: 'If data could leave your network',
    no: 'If data could not leave your network',
  },
  'task.breadth': {
    narrow: 'If the inputs were narrow, all much alike',
    broad: 'If the inputs were broad, few of them alike',
  },
  'task.reasoning': {
    none: 'If the answers needed no reasoning',
    heavy: 'If the answers needed several steps of thought',
  },
};

describe('every fact has its own words', () => {
  test.each(Object.entries(numbers) as [CountedFact, (typeof numbers)[CountedFact]][])(
    '%s',
    (fact, [from, to, said]) => {
      const sentence = (isAssumed: boolean) => ifNumber(fact, { from, to, isAssumed }, 'own-specialist');
      expect(sentence(false)).toBe(`${said}, you should own a specialist.`);
      expect(sentence(true)).toBe(`${said} (assumed), you should own a specialist.`);
    },
  );

  test.each(Object.keys(words) as WordFact[])('%s', fact => {
    expect(Object.keys(words[fact])).toEqual(Object.keys(wordCounterfactuals[fact]));
    for (const [to, said] of Object.entries(words[fact]))
      expect(ifWord(fact, to as never, 'keep-large-model')).toBe(`${said}, you should keep the large model.`);
  });

  test('and none is missing', () => {
    expect(Object.keys(numbers)).toEqual(Object.keys(numberCounterfactuals));
    expect(Object.keys(words)).toEqual(Object.keys(wordCounterfactuals));
    expect(ifNumber('traffic.latencyMs', { from: 100, to: 9000, isAssumed: false }, 'cascade')).toMatch(
      /^If answers could take 9,000 ms instead of 100 ms, a cascade /,
    );
  });

  test('and so has every verdict', () => {
    const said = new Set(verdicts.map((verdict: Verdict) => ifWord('task.reasoning', 'none', verdict)));
    expect(said.size).toBe(verdicts.length);
    for (const sentence of said) expect(sentence).not.toMatch(/-(?:model|specialist|evidence)/);
  });
});
