import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelIssues } from './confident.ts';
import { type Judged, JudgedRows } from './judged-rows.ts';

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/confident-golden.json', import.meta.url), 'utf8'),
) as { given: number[]; probabilities: number[][]; issues: number[] };

function judgedRow(row: number, given: number, probabilities: readonly number[]): Judged {
  const top = probabilities
    .map((probability, label) => ({ label, probability }))
    .sort((a, b) => b.probability - a.probability);
  return { row, given, own: probabilities[given]!, top };
}

function issuesOf(judged: readonly Judged[], classes: number) {
  const rows = new JudgedRows(classes);
  for (const one of judged) rows.add(one);
  expect(rows.size).toBe(judged.length);
  return labelIssues(rows);
}

describe('label issues', () => {
  it('are the rows that cleanlab finds, in its order', () => {
    const judged = golden.given.map((given, row) => judgedRow(row, given, golden.probabilities[row]!));
    expect(golden.issues.length).toBeGreaterThan(3);
    expect(issuesOf(judged, 4).map(({ row }) => row)).toEqual(golden.issues);
  });

  it('suggest the confident class with its probability', () => {
    const sure = [0, 1, 0, 1].map((given, row) =>
      judgedRow(row, given, given === 0 ? [0.8, 0.2] : [0.3, 0.7]),
    );
    const [issue] = issuesOf([...sure, judgedRow(4, 0, [0.05, 0.95])], 2);
    expect(issue).toEqual({ row: 4, suggested: 1, probability: 0.95, own: 0.05 });
  });

  it('are none where the model is nowhere surer than on average', () => {
    const judged = [0, 1, 0, 1].map((given, row) =>
      judgedRow(row, given, given === 0 ? [0.6, 0.4] : [0.4, 0.6]),
    );
    expect(issuesOf(judged, 2)).toEqual([]);
  });
});
