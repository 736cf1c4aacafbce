import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../core/example.ts';
import type { Answer } from '../core/metric.ts';
import { accuracy } from './classify/accuracy.ts';
import { confusionMatrix, perLabelScores } from './classify/classification-report.ts';
import { labelProbability } from './classify/label-probability.ts';
import { macroF1 } from './classify/macro-f1.ts';
import { estimateMetric } from './estimate-metric.ts';
import { exactRecord } from './extract/exact-record.ts';
import { fieldF1, fieldPrecision, fieldRecall } from './extract/field-scores.ts';
import { compileSchema, schemaValidity } from './extract/schema-validity.ts';
import { chrF } from './generate/chrf.ts';
import { exactMatch } from './generate/exact-match.ts';
import { rougeL } from './generate/rouge-l.ts';
import { metricsFor } from './metrics-for.ts';

const golden = JSON.parse(
  readFileSync(new URL('./fixtures/metrics-golden.json', import.meta.url), 'utf8'),
) as {
  cases: { answer: string; references: string[]; chrf: number; rougeL: number | null }[];
  corpusChrfFirstReference: number;
  macroF1: { labels: string[]; truth: string[]; answered: string[]; value: number };
};

function example(target: string, references: string[] = []): Example {
  return {
    id: target,
    messages: [{ role: 'user', content: 'input' }],
    target,
    references,
    group: null,
    source: { file: 'rows.jsonl', line: 1 },
  };
}

function answer(text: string, rest: Partial<Answer> = {}): Answer {
  return {
    exampleId: 'row',
    text,
    confidence: null,
    probabilities: null,
    latencyMs: 1,
    promptTokens: 1,
    completionTokens: 1,
    costUsd: null,
    error: null,
    ...rest,
  };
}

const failed = answer('', { error: 'upstream-timeout: no answer' });
const options = { confidence: 0.95, resamples: 200, seed: 1 };
const all = (count: number) => Array.from({ length: count }, (_, row) => row);

describe('chrF', () => {
  it('equals sacrebleu on single sentences, Unicode and several references included', () => {
    for (const { answer: text, references, chrf } of golden.cases)
      expect(chrF.score(example(references[0]!, references.slice(1)), answer(text)), text).toBeCloseTo(
        chrf,
        12,
      );
  });

  it('equals sacrebleu on a corpus, which is not the mean of its sentences', () => {
    const examples = golden.cases.map(({ references }) => example(references[0]!));
    const answers = golden.cases.map(({ answer: text }) => answer(text));
    const value = chrF.corpus!(examples, answers)(all(examples.length));
    expect(value).toBeCloseTo(golden.corpusChrfFirstReference, 12);
    const mean = examples.reduce((sum, row, at) => sum + chrF.score(row, answers[at]!)!, 0) / examples.length;
    expect(Math.abs(mean - value)).toBeGreaterThan(0.01);
  });
});

describe('ROUGE-L', () => {
  it('equals rouge-score on ASCII text', () => {
    for (const { answer: text, references, rougeL: value } of golden.cases) {
      if (value === null) continue;
      expect(rougeL.score(example(references[0]!, references.slice(1)), answer(text)), text).toBeCloseTo(
        value,
        12,
      );
    }
  });

  it('sees words in any script', () => {
    expect(rougeL.score(example('насос течёт'), answer('Насос течёт.'))).toBe(1);
  });
});

describe('classification', () => {
  it('computes macro-F1 as scikit-learn does', () => {
    const { labels, truth, answered, value } = golden.macroF1;
    const statistic = macroF1(labels).corpus!(
      truth.map(label => example(label)),
      answered.map(label => answer(label)),
    );
    expect(statistic(all(truth.length))).toBeCloseTo(value, 12);
  });

  it('takes white space around a label, and nothing else, as the same label', () => {
    expect(accuracy.score(example('Leaking'), answer(' Leaking\n'))).toBe(1);
    expect(accuracy.score(example('Leaking'), answer('leaking'))).toBe(0);
    expect(accuracy.score(example('Leaking'), answer('Leaking.'))).toBe(0);
  });

  it('counts a failed row as wrong even when its text happens to be right', () => {
    const lucky = answer('Leaking', { error: 'boom' });
    expect(accuracy.score(example('Leaking'), lucky)).toBe(0);
    expect(confusionMatrix(['Leaking', 'Noise'], [example('Leaking')], [lucky]).matrix).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });

  it('puts unknown answers in the last column and gives null where nothing can be said', () => {
    const labels = ['a', 'b', 'c'];
    const examples = ['a', 'a', 'b'].map(label => example(label));
    const confusion = confusionMatrix(labels, examples, [answer('a'), answer('banana'), answer('a')]);
    expect(confusion.matrix).toEqual([
      [1, 0, 0, 1],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    const [a, b, c] = perLabelScores(confusion);
    expect(a).toMatchObject({ support: 2, f1: 0.5, precision: { value: 0.5, n: 2 }, recall: { value: 0.5 } });
    expect(b).toMatchObject({ support: 1, precision: null, recall: { value: 0, n: 1 }, f1: 0 });
    expect(c).toMatchObject({ support: 0, precision: null, recall: null, f1: null });
  });

  it('leaves label-probability out for a system that does not score labels', () => {
    const metric = labelProbability(['a', 'b']);
    const examples = [example('a'), example('b'), example('a')];
    expect(estimateMetric(metric, examples, [answer('a'), failed, answer('a')], options)).toEqual({
      estimate: null,
      unscored: 3,
    });
    const scored = [
      answer('a', { probabilities: [0.9, 0.1] }),
      answer('a', { probabilities: [0.7, 0.3] }),
      failed,
    ];
    expect(estimateMetric(metric, examples, scored, options).estimate?.value).toBeCloseTo(
      (0.9 + 0.3) / 3,
      12,
    );
  });
});

describe('extraction', () => {
  const schema = {
    type: 'object',
    properties: {
      items: { type: 'array', items: { type: 'string' } },
      tags: { type: 'array', uniqueItems: true, items: { type: 'string' } },
      when: { type: 'string', format: 'date' },
    },
    additionalProperties: false,
  };
  const target = example('{"items":["bowl","bowl","hose"],"tags":["x","y"]}');

  it('ignores key order, and list order only where the schema declares a set', () => {
    const metric = exactRecord(schema);
    expect(metric.score(target, answer('{"tags":["y","x"],"items":["bowl","bowl","hose"]}'))).toBe(1);
    expect(metric.score(target, answer('{"items":["hose","bowl","bowl"],"tags":["x","y"]}'))).toBe(0);
  });

  it('compares lists as multisets of items', () => {
    const given = answer('{"items":["hose","bowl","pump"],"tags":["x"]}');
    expect(fieldPrecision.score(target, given)).toBe(3 / 4);
    expect(fieldRecall.score(target, given)).toBe(3 / 5);
    expect(fieldF1.score(target, given)).toBeCloseTo(6 / 9, 12);
  });

  it('pools items over rows for the corpus value', () => {
    const examples = [example('{"a":["x"]}'), example('{"a":["x","y","z"]}')];
    const statistic = fieldF1.corpus!(examples, [answer('{"a":["x"]}'), answer('not json')]);
    expect(statistic([0, 1])).toBeCloseTo(2 / 5, 12);
    expect(statistic([1, 1])).toBe(0);
  });

  it('keeps paths apart, so that a value under the wrong field does not count', () => {
    expect(fieldF1.score(example('{"a":{"b":"x"}}'), answer('{"a.b":"x"}'))).toBe(0);
  });

  it('is 1 where nothing was expected and nothing answered', () => {
    expect(fieldF1.score(example('{}'), answer('{"a":[],"b":null}'))).toBe(1);
  });

  it('accepts a code fence around JSON and no prose', () => {
    const valid = schemaValidity(schema);
    expect(valid.score(target, answer('```json\n{"items":[]}\n```'))).toBe(1);
    expect(valid.score(target, answer('Here: {"items":[]}'))).toBe(0);
    expect(valid.score(target, answer('{"when":"yesterday"}'))).toBe(0);
    expect(valid.score(target, answer('{"other":1}'))).toBe(0);
    expect(valid.score(target, failed)).toBe(0);
  });

  it('survives answers nested without end', () => {
    const deep = answer('['.repeat(200_000) + ']'.repeat(200_000));
    expect(exactRecord(schema).score(target, deep)).toBe(0);
    expect(fieldF1.score(target, deep)).toBe(0);
  });

  it('refuses a schema that reaches outside, is broken or is huge', () => {
    const code = (value: Record<string, never>) => {
      try {
        compileSchema(value);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return null;
    };
    expect(code({ $ref: 'https://example.org/schema.json' } as never)).toBe('schema-invalid');
    expect(code({ type: 'no-such-type' } as never)).toBe('schema-invalid');
    expect(code({ description: 'x'.repeat(300_000) } as never)).toBe('schema-too-large');
  });

  it('never gives a field score outside 0..1, and gives 1 to the target itself', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.json({ maxDepth: 3 }), (expected, given) => {
        for (const metric of [fieldF1, fieldPrecision, fieldRecall]) {
          const score = metric.score(example(expected), answer(given))!;
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect(metric.score(example(expected), answer(expected))).toBe(1);
        }
      }),
    );
  });
});

describe('a metric of a task', () => {
  it('puts the metric that decides first', () => {
    expect(metricsFor({ kind: 'classify', labels: ['a', 'b'] })[0].name).toBe('accuracy');
    expect(metricsFor({ kind: 'extract', schema: {} })[0].name).toBe('field-f1');
    expect(metricsFor({ kind: 'generate' }).map(metric => metric.name)).toEqual([
      'chrf',
      'rouge-l',
      'exact-match',
    ]);
  });

  it('has an interval that respects groups', () => {
    const rows = all(40);
    const answers = rows.map(row => answer(row % 10 < 5 ? 'a' : 'b'));
    const alone = rows.map(() => example('a'));
    const grouped = alone.map((row, at) => ({ ...row, group: `machine-${at % 10}` }));
    const width = (examples: Example[]) => {
      const { low, high } = estimateMetric(accuracy, examples, answers, options).estimate!;
      return high - low;
    };
    expect(width(grouped)).toBeGreaterThan(width(alone) * 1.3);
  });

  it('accepts any reference for exact match, apart from white space', () => {
    expect(exactMatch.score(example('a  b', ['c']), answer(' a b\n'))).toBe(1);
    expect(exactMatch.score(example('a b', ['c']), answer('c'))).toBe(1);
    expect(exactMatch.score(example('a b', ['c']), answer('A b'))).toBe(0);
  });
});
