import { describe, expect, it } from 'vitest';
import { parseYaml } from '../yaml/yaml-source.ts';
import { validateAnswers } from './load-answers.ts';
import { withAnswer } from './write-answer.ts';

const answer = (key: string, value: unknown, comment = 'What?') => ({
  key,
  value,
  comment,
  sectionComment: 'The section',
});

describe('writing an answer', () => {
  it('begins a file that says what it is, and that reads back', () => {
    const first = withAnswer('', answer('task.kind', 'classify'));
    const text = withAnswer(first, answer('traffic.callsPerDay', { low: 500, high: 2000 }));
    expect(text).toMatch(/^# Answers for `stepdown decide --answers FILE`/);
    expect(text).toContain('\n# The section\ntask:\n  kind: classify # What?\n');
    expect(text).toContain('\n\n# The section\ntraffic:\n  callsPerDay: { low: 500, high: 2000 } # What?\n');
    const { answers } = validateAnswers(parseYaml(text, 'answers.yaml'));
    expect(answers.traffic.callsPerDay).toEqual({ low: 500, high: 2000 });
  });

  it('leaves comments, order and other keys of a file as they are', () => {
    const before =
      '# mine\ntraffic:\n  callsPerDay: 5 # counted by hand\n  growthPerYear: 0.1\n\ntask:\n  kind: extract\n';
    const after = withAnswer(before, answer('traffic.callsPerDay', 7));
    expect(after).toBe(before.replace('5 # counted', '7 # counted'));
  });

  it('replaces what it said about a measurement', () => {
    const measured = withAnswer('', answer('data.labelledRows', 'unknown', 'found: 90 (the dataset)'));
    expect(measured).toContain('labelledRows: unknown # found: 90 (the dataset)');
    expect(withAnswer(measured, answer('data.labelledRows', 80))).toContain('labelledRows: 80 # What?');
  });

  it('fills a section that was left empty, and one within another', () => {
    const text = withAnswer('task: { kind: extract }\nincumbent:\n', answer('incumbent.price.input', 2.5));
    expect(parseYaml(text, 'a').value).toEqual({
      task: { kind: 'extract' },
      incumbent: { price: { input: 2.5 } },
    });
  });

  it('takes an answer out', () => {
    const text = withAnswer('incumbent:\n  model: a\n  where: cloud\n', answer('incumbent.model', undefined));
    expect(text).toBe('incumbent:\n  where: cloud\n');
    expect(withAnswer('', answer('incumbent.model', undefined))).toBe('');
  });
});
