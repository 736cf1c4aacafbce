import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../src/app/app.ts';
import { createApp } from '../../src/app/create-app.ts';
import type { Example } from '../../src/core/example.ts';
import { ScriptedModel } from '../../src/engines/scripted.ts';
import { packSpecialist } from './specialist-folder.ts';

const opened = vi.hoisted(() => ({ answers: {} as Record<string, string>, asked: [] as string[] }));

/** Weights are none in these tests: the scripted engine answers for the specialist. */
vi.mock('../../src/app/served-specialist.ts', async importOriginal => ({
  ...(await importOriginal<object>()),
  openSpecialist: async () => {
    const model = new ScriptedModel({
      kind: 'scripted',
      id: 'triage',
      answers: opened.answers,
      default: 'Noise',
    });
    const score = model.score.bind(model);
    model.score = request => {
      opened.asked.push(request.messages.at(-1)!.content);
      return score(request);
    };
    return model;
  },
}));

let dir: string;
let app: App;
let specialist: string;
const said: string[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-audit-specialist-'));
  said.length = 0;
  opened.answers = {};
  opened.asked = [];
  writeRows('rows.jsonl', rowsOf(40, 'pump'));
  writeFileSync(
    join(dir, 'stepdown.yaml'),
    'name: triage\ntask: { kind: classify }\ndata: { sources: [{ file: rows.jsonl }], split: { validation: 0.2, calibration: 0.2, test: 0.2 } }\n',
  );
  app = await createApp({
    workspaceDir: dir,
    overrides: {},
    progress: { say() {}, update: status => said.push(status) },
    signal: new AbortController().signal,
  });
  await app.runPipeline({ until: 'data' });
  const { manifest } = await app.showData({ split: 'train', rows: 1 });
  specialist = await packSpecialist(dir, { instruction: 'Which fault?', datasetHash: manifest.hash });
});
afterEach(async () => {
  await app.close();
  rmSync(dir, { recursive: true });
});

function writeRows(file: string, rows: readonly (readonly [string, string])[]): void {
  const lines = rows.map(([input, output]) => `${JSON.stringify({ input, output })}\n`);
  writeFileSync(join(dir, file), lines.join(''));
}

function rowsOf(count: number, what: string): [string, string][] {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? [`${what} ${index} drips oil on the floor`, 'Leaking']
      : [`${what} ${index} rattles and hums at night`, 'Noise'],
  );
}

/** The scripted specialist is right about these rows. */
function knowsAll(rows: readonly (readonly [string, string])[]): void {
  for (const [input, output] of rows) opened.answers[input] = output;
}

const splitOf = async (split: 'train' | 'validation' | 'calibration'): Promise<Example[]> =>
  [...(await app.showData({ split, rows: 1_000 })).examples] as Example[];

test('of the frozen rows only those are judged that the training did not use', async () => {
  knowsAll(rowsOf(40, 'pump'));
  const audit = await app.auditData({ specialist: { dir: specialist } });
  const used = [...(await splitOf('train')), ...(await splitOf('validation'))];
  const calibration = await splitOf('calibration');
  expect(calibration.length).toBeGreaterThan(0);
  expect(opened.asked.sort()).toEqual(calibration.map(({ messages }) => messages[0]!.content).sort());
  expect(audit.labelJudges[0]).toMatchObject({
    judge: 'specialist',
    rowsJudged: calibration.length,
    notJudged: [{ reason: 'trained-on', rows: used.length }],
  });
  expect(said).toContain(`labels: asking the specialist, row ${calibration.length} of ${calibration.length}`);
});

test('a wrong label in rows of a file is found, ranked and suggested; the rows of the training in it are left out', async () => {
  const fresh = rowsOf(30, 'fan');
  knowsAll(fresh);
  const [train] = await splitOf('train');
  const wrong = fresh.map(([input, output], index) => [input, index === 6 ? 'Noise' : output] as const);
  writeRows('new.jsonl', [...wrong, [train!.messages[0]!.content.toUpperCase(), 'Noise']]);
  const audit = await app.auditData({ file: join(dir, 'new.jsonl'), specialist: { dir: specialist } });
  const noise = audit.findings.find(({ kind }) => kind === 'label-noise')!;
  expect(noise.items[0]).toMatchObject({
    rows: [{ file: 'new.jsonl', line: 7 }],
    suggestion: { action: 'relabel', target: 'Leaking', probability: 1 },
    target: 'Noise',
  });
  expect(audit.labelJudges[0]!.notJudged).toEqual([{ reason: 'trained-on', rows: 1 }]);
  // Asked again it answers from what was kept.
  const times = opened.asked.length;
  await app.auditData({ file: join(dir, 'new.jsonl'), specialist: { dir: specialist } });
  expect(opened.asked).toHaveLength(times);
});

test('rows it suspects come up for review like others', async () => {
  knowsAll(rowsOf(40, 'pump'));
  const [first] = await splitOf('calibration');
  const input = first!.messages[0]!.content;
  opened.answers[input] = first!.target === 'Noise' ? 'Leaking' : 'Noise';
  const { open } = await app.flaggedRows({ specialist: { dir: specialist } });
  const flagged = open.find(row => row.input === input);
  const flag = flagged?.flags.find(({ kind }) => kind === 'label-noise');
  expect(flag?.suggestion?.target).toBe(opened.answers[input]);
  expect(flag?.evidence).toContain('specialist triage: ');
});

test('the newest dataset need not be the one it was trained on', async () => {
  const used = [...(await splitOf('train')), ...(await splitOf('validation'))];
  writeRows('rows.jsonl', [...rowsOf(40, 'pump'), ...rowsOf(40, 'valve')]);
  await app.runPipeline({ until: 'data' });
  const now = [
    ...(await splitOf('train')),
    ...(await splitOf('validation')),
    ...(await splitOf('calibration')),
  ];
  await app.auditData({ specialist: { dir: specialist } });
  const before = new Set(used.map(({ messages }) => messages[0]!.content));
  const fresh = now.map(({ messages }) => messages[0]!.content).filter(text => !before.has(text));
  expect(opened.asked.sort()).toEqual(fresh.sort());
});

test.each([
  ['audit-specialist-missing', () => ({ dir: null }), {}],
  ['audit-specialist-no-labels', () => ({ dir: specialist }), { kind: 'generate' as const }],
])('%s is an error with a hint', async (code, named, more) => {
  await expect(app.auditData({ specialist: named(), ...more })).rejects.toMatchObject({
    code,
    hint: expect.stringContaining('--with specialist'),
  });
});

test('rows of a specialist that was trained elsewhere are not known, so that it judges none', async () => {
  const other = await packSpecialist(dir, { instruction: 'Which fault?', datasetHash: '0'.repeat(64) });
  await expect(app.auditData({ specialist: { dir: other } })).rejects.toMatchObject({
    code: 'specialist-rows-unknown',
  });
  expect(opened.asked).toEqual([]);
});

test('a specialist without labels judges none', async () => {
  const path = join(specialist, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const { specialistHash } = await import('../../src/stages/specialist/manifest.ts');
  const changed = { ...manifest, task: { kind: 'generate' } };
  writeFileSync(path, JSON.stringify({ ...changed, hash: specialistHash(changed) }));
  await expect(app.auditData({ specialist: { dir: specialist } })).rejects.toMatchObject({
    code: 'audit-specialist-no-labels',
  });
});
