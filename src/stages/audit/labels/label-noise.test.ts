import { describe, expect, it } from 'vitest';
import { auditSchema } from '../../../core/audit.ts';
import { auditOf, findingOf, type Labelled, sentences, source } from '../fixtures/audited-rows.ts';
import type { TrainedJudge } from './trained-judge.ts';

describe('with a second judge of labels', () => {
  const truth = sentences(240);
  const rows = truth.map(
    ([text, label], row): Labelled => [
      text,
      row % 20 === 0 ? (label === 'card' ? 'transfer' : 'card') : label,
    ],
  );
  const labels = ['card', 'transfer', 'identity'];
  /** It has seen the first 60 rows, knows the truth of the others, and suspects rows 70 and 130 without reason. */
  const judge: TrainedJudge = {
    name: 'specialist bank',
    labels,
    hasSeen: ([message]) => truth.slice(0, 60).some(([text]) => text === message!.content),
    probabilities: async inputs =>
      inputs.map(([message]) => {
        const row = truth.findIndex(([text]) => text === message!.content);
        const right = labels.indexOf(truth[row]![1]);
        const held = row === 70 || row === 130 ? (right + 1) % 3 : right;
        return labels.map((_, label) => (label === held ? 0.8 : 0.1));
      }),
  };
  const audited = () => auditOf([source('rows.jsonl', null, rows)], { trainedJudge: judge });

  it('puts rows first that both suspect, with what each says', async () => {
    const audit = await audited();
    expect(auditSchema.parse(audit)).toEqual(audit);
    const { items, method, summary } = findingOf(audit, 'label-noise')!;
    const isBoth = items.map(({ opinions }) => opinions.filter(({ suspects }) => suspects).length === 2);
    const both = isBoth.filter(Boolean).length;
    expect(both).toBeGreaterThan(4);
    expect(isBoth.indexOf(false)).toBe(both);
    expect(items.map(({ score }) => score)).toEqual(items.map(({ score }) => score).sort((a, b) => b - a));
    for (const {
      rows: [row],
      suggestion,
    } of items.slice(0, both)) {
      expect((row!.line - 1) % 20).toBe(0);
      expect(suggestion!.target).toBe(truth[row!.line - 1]![1]);
    }
    expect(items[0]!.opinions.map(({ judge: by }) => by)).toEqual(['specialist', 'linear']);
    expect(items[0]!.evidence).toMatch(
      /^specialist bank: ".+" has probability 0\.80, the given label 0\.10; linear model: ".+" has/,
    );
    expect(summary).toContain(`both on ${both}`);
    expect(method).toContain('specialist bank');
  });

  it('says what the other judge holds of a row that one suspects', async () => {
    const { items } = findingOf(await audited(), 'label-noise')!;
    const ofLine = (line: number) => items.find(({ rows: [row] }) => row!.line === line)!;
    expect(ofLine(71).opinions).toMatchObject([
      { judge: 'specialist', suspects: true, own: 0.1 },
      { judge: 'linear', suspects: false },
    ]);
    expect(ofLine(71).evidence).toContain('linear model: no objection, the given label 0.');
    // A row that the specialist was trained on has the word of the linear model alone.
    const seen = items.filter(({ rows: [row] }) => row!.line <= 60);
    expect(seen.length).toBeGreaterThan(0);
    for (const { opinions } of seen) expect(opinions.map(({ judge: by }) => by)).toEqual(['linear']);
  });

  it('reports both judges, and the rows that the trained one has seen', async () => {
    const audit = await audited();
    expect(audit.labelJudges).toMatchObject([
      {
        judge: 'specialist',
        rowsJudged: 180,
        rowsSuspected: 11,
        notJudged: [{ reason: 'trained-on', rows: 60 }],
      },
      { judge: 'linear', rowsJudged: 240, notJudged: [] },
    ]);
    expect(audit.approximations[0]).toBe(
      'The specialist bank judged the labels of 180 rows; not judged: 60 rows because trained on.',
    );
    expect(findingOf(audit, 'label-noise')!.rowsChecked).toBe(240);
  });
});

describe('a model that knows too little of the labels', () => {
  const things = ['pump', 'motor', 'valve', 'fan'];
  const states = ['hot', 'cold', 'loud', 'wet'];
  /** The label follows from both words together, and from neither alone: no linear model tells it. */
  const paired = Array.from(
    { length: 400 },
    (_, row): Labelled => [
      `${things[row % 4]} is at ${row * 7919} and ${states[(row >> 2) % 4]}`,
      'ABCD'[((row % 4) + (row >> 2)) % 4]!,
    ],
  );

  it('doubts labels as a note, and says that it may be wrong itself', async () => {
    const audit = await auditOf([source('rows.jsonl', null, paired)]);
    const { severity, advice, summary } = findingOf(audit, 'label-noise')!;
    expect(severity).toBe('note');
    expect(advice).toContain('It may be the model that is wrong');
    expect(summary).toMatch(/disagrees; it agrees with \d+\.\d % of the labels$/);
    expect(audit.labelJudges[0]!.skill).toBeLessThan(0.5);
  });

  it('and one that knows them warns', async () => {
    const wrong = sentences(240).map(
      ([text, label], row): Labelled => [text, row % 10 === 0 && label !== 'card' ? 'card' : label],
    );
    const audit = await auditOf([source('rows.jsonl', null, wrong)]);
    expect(findingOf(audit, 'label-noise')).toMatchObject({
      severity: 'warning',
      advice: expect.stringContaining('from the top'),
    });
    expect(audit.labelJudges[0]!.skill).toBeGreaterThan(0.5);
  });

  it('has no skill where there is one label alone', async () => {
    const audit = await auditOf([
      source(
        'rows.jsonl',
        null,
        paired.map(([text]): Labelled => [text, 'A']),
      ),
    ]);
    expect(audit.labelJudges.map(({ skill }) => skill)).not.toContain(expect.any(Number));
  });
});
