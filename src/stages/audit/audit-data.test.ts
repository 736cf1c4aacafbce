import { describe, expect, it } from 'vitest';
import type { Audit, AuditKind } from '../../core/audit.ts';
import { auditSchema } from '../../core/audit.ts';
import type { UnusableRow } from './audit-rows.ts';
import { auditOf, findingOf, type Labelled, sentences, source } from './fixtures/audited-rows.ts';

const linesOf = (audit: Audit, kind: AuditKind) =>
  findingOf(audit, kind)?.lines.map(({ split, file, lines }) => [split, file, lines]) ?? [];

describe('an audit', () => {
  it('of clean rows finds no errors, and fits its schema', async () => {
    const audit = await auditOf([source('rows.jsonl', null, sentences(150))]);
    expect(auditSchema.parse(audit)).toEqual(audit);
    expect(audit.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(audit).toMatchObject({ rows: 150, taskKind: 'classify', approximations: [] });
    expect(audit.profile.labels).toHaveLength(3);
    expect(audit.omitted.map(({ kind }) => kind)).toEqual(['leak', 'uncovered-traffic', 'too-long']);
  });

  it('names exact duplicates by the later row', async () => {
    const rows = sentences(60);
    const audit = await auditOf([source('rows.jsonl', null, [...rows, rows[4]!, rows[4]!])]);
    expect(linesOf(audit, 'exact-duplicate')).toEqual([[null, 'rows.jsonl', [61, 62]]]);
    const [item] = findingOf(audit, 'exact-duplicate')!.items;
    expect(item!.rows.map(({ line }) => line)).toEqual([61, 5]);
    expect(item!.suggestion?.action).toBe('drop');
  });

  it('names conflicts, and suggests the target that most rows have', async () => {
    const [text] = sentences(1)[0]!;
    const rows = [
      ...sentences(60).slice(1),
      [text, 'card'],
      [text, 'card'],
      [text, 'identity'],
    ] as Labelled[];
    const found = findingOf(await auditOf([source('rows.jsonl', null, rows)]), 'conflict')!;
    expect(found).toMatchObject({ severity: 'error', count: 1 });
    expect(found.items[0]!.rows.map(({ line }) => line)).toEqual([62, 60, 61]);
    expect(found.items[0]).toMatchObject({
      target: 'identity',
      suggestion: { action: 'relabel', target: 'card', probability: 2 / 3 },
    });
  });

  it('speaks of one row as of one, and of several as of several', async () => {
    const rows = sentences(60);
    const summaryOf = async (more: readonly Labelled[]) =>
      findingOf(await auditOf([source('rows.jsonl', null, [...rows, ...more])]), 'exact-duplicate')!.summary;
    expect(await summaryOf([rows[4]!])).toMatch(/^1 row repeats an earlier row/);
    expect(await summaryOf([rows[4]!, rows[4]!])).toMatch(/^2 rows repeat an earlier row/);
  });

  it('counts all rows that a row contradicts, however many', async () => {
    const [text] = sentences(1)[0]!;
    const rows: Labelled[] = [...Array<Labelled>(30).fill([text, 'card']), [text, 'identity']];
    const found = findingOf(await auditOf([source('rows.jsonl', null, rows)]), 'conflict')!;
    expect(found.items[0]!.evidence).toContain('the target "card" at rows.jsonl:1 and in 29 rows more');
  });

  it('says that labels were not judged where there are not two to tell apart', async () => {
    const rows = sentences(60).map(([text]): Labelled => [text, 'card']);
    const { omitted } = await auditOf([source('rows.jsonl', null, rows)], { taskKind: 'classify' });
    expect(omitted).toContainEqual({ kind: 'label-noise', reason: 'fewer than two labels have 5 rows' });
  });

  it('leaves a tie between targets to a person, both rows listed', async () => {
    const rows = [
      ...sentences(60),
      ['is this one or the other', 'card'],
      ['is this one or the other', 'identity'],
    ] as Labelled[];
    const found = findingOf(await auditOf([source('rows.jsonl', null, rows)]), 'conflict')!;
    expect(found.lines[0]!.lines).toEqual([61, 62]);
    expect(found.items.every(({ suggestion }) => suggestion?.action === 'look')).toBe(true);
  });

  it('takes records with their keys in another order for the same', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, row): Labelled => [
        `Please send ${row} pumps of the kind ${row * 7919} to hall ${row % 3}`,
        JSON.stringify({ kind: row * 7919, pieces: row }),
      ],
    );
    const again = rows[3]!;
    const turned: Labelled = [again[0], '{ "pieces": 3, "kind": 23757 }'];
    const audit = await auditOf([source('rows.jsonl', null, [...rows, turned])]);
    expect(audit.taskKind).toBe('extract');
    expect(findingOf(audit, 'conflict')).toBeUndefined();
    expect(linesOf(audit, 'exact-duplicate')).toEqual([[null, 'rows.jsonl', [41]]]);
    const other: Labelled = [again[0], '{ "pieces": 4, "kind": 23757 }'];
    const wrong = await auditOf([source('rows.jsonl', null, [...rows, other])]);
    expect(linesOf(wrong, 'conflict')).toEqual([[null, 'rows.jsonl', [4, 41]]]);
  });

  it('expects other values in records of nearly equal inputs, but not where the words are the same', async () => {
    const order = (pieces: number, end: string): Labelled => [
      `Please send ${pieces} pumps of the heavy kind to the second hall before the end of this week${end}`,
      JSON.stringify({ pieces: end === '!' ? 1 : pieces }),
    ];
    const rows = Array.from({ length: 30 }, (_, row) => order(100 + row, ''));
    const audit = await auditOf([source('rows.jsonl', null, [...rows, order(110, '!')])]);
    expect(linesOf(audit, 'near-conflict')).toEqual([[null, 'rows.jsonl', [31]]]);
  });

  it('does not call several texts for one input a conflict', async () => {
    const rows: Labelled[] = [
      ['say hello', 'Hello there, friend'],
      ['say hello', 'Good day to you'],
    ];
    const audit = await auditOf([source('rows.jsonl', null, rows)]);
    expect(audit.taskKind).toBe('generate');
    expect(findingOf(audit, 'conflict')).toBeUndefined();
    expect(audit.omitted.map(({ kind }) => kind)).toContain('conflict');
  });

  it('names what stands in two splits by the row that is learnt from', async () => {
    const rows = sentences(90);
    const near = `${rows[10]![0]} again`;
    const audit = await auditOf([
      source('train.jsonl', 'train', rows.slice(0, 60)),
      source('test.jsonl', 'test', [...rows.slice(60), rows[7]!, [near, 'transfer']]),
    ]);
    expect(linesOf(audit, 'leak')).toEqual([['train', 'train.jsonl', [8]]]);
    expect(findingOf(audit, 'leak')!.items[0]!.rows[1]).toMatchObject({ split: 'test', line: 31 });
    expect(linesOf(audit, 'near-leak')).toEqual([['train', 'train.jsonl', [11]]]);
  });

  it('names near duplicates and near conflicts with their similarity', async () => {
    const rows = sentences(60);
    const more: Labelled[] = [
      [`${rows[3]![0]} now`, rows[3]![1]],
      [`${rows[9]![0]} now`, 'identity'],
    ];
    const audit = await auditOf([source('rows.jsonl', null, [...rows, ...more])]);
    expect(linesOf(audit, 'near-duplicate')).toEqual([[null, 'rows.jsonl', [61]]]);
    expect(linesOf(audit, 'near-conflict')).toEqual([[null, 'rows.jsonl', [62]]]);
    const item = findingOf(audit, 'near-conflict')!.items[0]!;
    expect(item.score).toBeGreaterThan(0.8);
    expect(item.evidence).toContain('rows.jsonl:10');
  });

  it('ranks planted label noise first and suggests the right label', async () => {
    const rows = sentences(240).map(
      ([text, label], row): Labelled => [
        text,
        row % 20 === 0 ? (label === 'card' ? 'transfer' : 'card') : label,
      ],
    );
    const truth = sentences(240);
    const found = findingOf(await auditOf([source('rows.jsonl', null, rows)]), 'label-noise')!;
    const planted = found.items.filter(({ rows: [row] }) => (row!.line - 1) % 20 === 0);
    expect(planted.length).toBeGreaterThanOrEqual(10);
    expect(planted.length / found.items.length).toBeGreaterThan(0.8);
    for (const {
      rows: [row],
      suggestion,
    } of planted)
      expect(suggestion!.target).toBe(truth[row!.line - 1]![1]);
  });

  it('names the rows of labels that have few', async () => {
    const audit = await auditOf([
      source('rows.jsonl', null, [...sentences(90), ['lost my umbrella', 'other']]),
    ]);
    expect(linesOf(audit, 'rare-label')).toEqual([[null, 'rows.jsonl', [91]]]);
  });

  it('counts tokens by the tokenizer it is given, and says so', async () => {
    const tokenCounter = { count: (text: string) => text.split(' ').length, exact: true, rule: 'Words' };
    const rows: Labelled[] = [
      ['one two three', 'a'],
      ['one two three four', 'a b'],
    ];
    const found = await auditOf([source('rows.jsonl', null, rows)], { tokenCounter, contextTokens: 4 });
    expect(found.profile.tokens).toEqual({ median: 5, p95: 6, most: 6, exact: true, rule: 'Words' });
    expect(findingOf(found, 'too-long')).toMatchObject({
      count: 1,
      method: expect.stringMatching(/^Words\./),
      items: [{ evidence: '6 tokens' }],
    });
  });

  it('names rows that are longer than the context', async () => {
    const rows: Labelled[] = [...sentences(60), ['very '.repeat(400), 'card']];
    const audit = await auditOf([source('rows.jsonl', null, rows)], { contextTokens: 512 });
    expect(linesOf(audit, 'too-long')).toEqual([[null, 'rows.jsonl', [61]]]);
    // 1,999 + 1 bytes of input and 4 of the target, at 3.5 bytes a token.
    expect(audit.profile.tokens.most).toBe(Math.ceil(2000 / 3.5) + Math.ceil(4 / 3.5));
  });

  it('names personal data and secrets, and shows neither', async () => {
    const rows: Labelled[] = [
      ...sentences(60),
      ['write to jane.doe@example.com about it', 'card'],
      ['the key is sk-proj-abcdefghijklmnopqrstuvwx123456 as said', 'card'],
    ];
    const audit = await auditOf([source('rows.jsonl', null, rows)]);
    expect(linesOf(audit, 'personal-data')).toEqual([[null, 'rows.jsonl', [61]]]);
    expect(findingOf(audit, 'secret')).toMatchObject({ severity: 'error', lines: [{ lines: [62] }] });
    expect(JSON.stringify(audit)).not.toMatch(/jane\.doe|abcdefghijklmnopqrstuvwx/);
  });

  it('names rows in another language than most', async () => {
    const rows: Labelled[] = [
      ...sentences(60),
      ['Wo bleibt denn meine neue Karte, die ich letzte Woche bestellt habe?', 'card'],
    ];
    const audit = await auditOf([source('rows.jsonl', null, rows)]);
    const german = findingOf(audit, 'other-language')!.items.find(
      ({ evidence }) => evidence === 'seems to be de',
    );
    expect(german?.rows[0]?.line).toBe(61);
    expect(audit.profile.languages[0]!.language).toBe('en');
  });

  it('counts rows that fill one form as template-like', async () => {
    const form = (row: number): Labelled => [
      `please tell me the status of order number ${row * 7919} today`,
      'card',
    ];
    const rows = [...sentences(60), ...Array.from({ length: 30 }, (_, row) => form(row))];
    const audit = await auditOf([source('rows.jsonl', null, rows)]);
    expect(linesOf(audit, 'template-like')).toEqual([
      [null, 'rows.jsonl', Array.from({ length: 30 }, (_, row) => row + 61)],
    ]);
    expect(audit.profile.templateShare).toBeCloseTo(1 / 3, 10);
  });

  it('names rows of thin clusters', async () => {
    const odd = ['zebra lion', 'lion tiger', 'tiger zebra', 'zebra tiger', 'lion zebra'].map(
      (animals): Labelled => [`the giraffe and the elephant of the zoo, ${animals}`, 'card'],
    );
    const found = findingOf(
      await auditOf([source('rows.jsonl', null, [...sentences(240), ...odd])]),
      'thin-coverage',
    )!;
    expect(found.lines[0]!.lines).toEqual(expect.arrayContaining([241, 242, 243, 244, 245]));
  });

  it('names captured inputs that no row is near', async () => {
    const traffic = source('traffic.jsonl', null, [
      ...sentences(20, 2).map(([text]): Labelled => [text, '']),
      ['quantum chromodynamics lattice gauge', ''],
    ]);
    const audit = await auditOf([source('rows.jsonl', null, sentences(200))], { traffic });
    const found = findingOf(audit, 'uncovered-traffic')!;
    expect(found.items[0]).toMatchObject({ rows: [{ file: 'traffic.jsonl', line: 21 }], target: null });
    expect(found.count).toBeLessThan(5);
  });

  it('lists rows that cannot be read', async () => {
    const bad: UnusableRow = { line: 61, reason: 'the row has no "output"', excerpt: '{"input":"x"}' };
    const audit = await auditOf([source('rows.jsonl', null, [...sentences(60), bad])]);
    expect(findingOf(audit, 'unusable')).toMatchObject({ count: 1, lines: [{ lines: [61] }] });
    expect(audit.files[0]).toMatchObject({ rows: 60, unusableRows: 1 });
  });

  it('of nothing but unusable rows is an error that says what is wrong with the first', async () => {
    const bad: UnusableRow = { line: 1, reason: 'the row has no "output"', excerpt: '{}' };
    await expect(auditOf([source('rows.jsonl', null, [bad])])).rejects.toMatchObject({
      code: 'audit-no-rows',
      message: expect.stringContaining('rows.jsonl line 1: the row has no "output"'),
    });
  });

  it('takes JSON objects for an extract task, where equal inputs still conflict', async () => {
    const rows: Labelled[] = [
      ['pump 1 leaks', '{"asset":"pump 1"}'],
      ['pump 1 leaks', '{"asset":"pump"}'],
    ];
    const audit = await auditOf([source('rows.jsonl', null, rows)]);
    expect(audit.taskKind).toBe('extract');
    expect(findingOf(audit, 'conflict')?.count).toBe(2);
  });

  it('finds the same when it is run again', async () => {
    const rows = sentences(150);
    const [first, second] = [
      await auditOf([source('rows.jsonl', null, rows)]),
      await auditOf([source('rows.jsonl', null, rows)]),
    ];
    expect({ ...first, tookMs: 0 }).toEqual({ ...second, tookMs: 0 });
  });
});
