import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Capture, CaptureLog } from '../../core/capture.ts';
import { captureOf } from '../../store/captures/fixtures/capture.ts';
import type { App } from '../app.ts';
import { createApp } from '../create-app.ts';
import { Workspace } from '../workspace.ts';
import { openGatewayCaptures } from './gateway-captures.ts';
import { readLog } from './read-log.ts';

let dir: string;
let app: App;

const labelled = (file: string, prefix: string) =>
  writeFile(
    join(dir, file),
    ['Leaking', 'Vibration']
      .flatMap(output =>
        Array.from({ length: 5 }, (_, at) => ({ input: `${prefix} ${output} ${at}`, output })),
      )
      .map(row => JSON.stringify(row))
      .join('\n'),
  );

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'app-captures-'));
  await writeFile(
    join(dir, 'stepdown.yaml'),
    `name: triage
task: { kind: classify }
data:
  sources: [{ file: train.jsonl }, { file: test.jsonl, split: test }]
serve:
  capture: { patterns: [{ name: asset, pattern: 'AS-[0-9]+' }] }
  aliases:
    open: { kind: specialist, content: full }
`,
  );
  await labelled('train.jsonl', 'train');
  await labelled('test.jsonl', 'reach me at a@b.co about');
  app = await createApp(options());
});
afterEach(async () => {
  await app.close();
  await rm(dir, { recursive: true, force: true });
});

const options = () => ({
  workspaceDir: dir,
  overrides: {},
  progress: { say: () => {}, update: () => {} },
  signal: new AbortController().signal,
});

async function record(captures: Capture[], more: (log: CaptureLog) => Promise<unknown> = async () => {}) {
  const workspace = new Workspace(options());
  const { serve } = await workspace.config();
  const log = await openGatewayCaptures({ workspace, config: () => serve, postgres: null, tell: () => {} });
  for (const capture of captures) await log.append(capture);
  await more(log);
  await log.close();
}
const asked = (id: string, content: string, given: Partial<Capture> = {}) =>
  captureOf(id, {
    messages: [
      { role: 'system', content: 'Name the failure.' },
      { role: 'user', content },
    ],
    ...given,
  });
const large = { route: 'large', reason: 'low-confidence' } as const;
const rowsOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

describe('captures of a gateway', () => {
  it('are listed and shown while another gateway may write, redacted as the alias says', async () => {
    await record([
      asked('r1', 'AS-77: mail a@b.co'),
      asked('r2', 'mail a@b.co', { alias: 'open', at: 1_800_000_000_000 }),
    ]);
    const { captures, total } = await app.listCaptures({ limit: 10 });
    expect(total).toBe(2);
    expect(captures.map(({ capture }) => [capture.id, capture.messages?.[1]?.content])).toEqual([
      ['r2', 'mail a@b.co'],
      ['r1', '[ASSET_1]: mail [EMAIL_1]'],
    ]);
    expect((await app.listCaptures({ limit: 10, until: 1_750_000_000_000 })).captures).toHaveLength(1);
    expect((await app.listCaptures({ limit: 10, alias: 'open' })).captures).toHaveLength(1);
    expect((await app.showCapture('r2')).capture.alias).toBe('open');
    await expect(app.showCapture('r')).rejects.toMatchObject({
      code: 'capture-unknown',
      details: { candidates: ['r2', 'r1'] },
    });
    await expect(app.showCapture('x')).rejects.toMatchObject({ code: 'capture-unknown' });
  });

  it('leave nothing that was redacted in any file of the workspace', async () => {
    await record(
      [asked('r1', 'call +49 30 1234567, mail planted@example.com', { answer: 'planted@example.com' })],
      log => log.addFeedback({ captureId: 'r1', at: 1, correctAnswer: 'planted@example.com', rating: null }),
    );
    for (const name of await readdir(join(dir, '.stepdown', 'captures'))) {
      const text = (await readFile(join(dir, '.stepdown', 'captures', name))).toString('latin1');
      expect(text, name).not.toMatch(/planted|1234567/);
    }
  });

  it('are never written over rows of somebody else, and over an earlier export again', async () => {
    await record([asked('one', 'shaft shakes', { ...large, answer: 'Vibration' })]);
    const before = await readFile(join(dir, 'train.jsonl'), 'utf8');
    const onto = (name: string) => app.exportCaptures({ output: join(dir, name), format: 'jsonl' });
    await expect(onto('train.jsonl')).rejects.toMatchObject({ code: 'output-in-use', exitCode: 2 });
    expect(await readFile(join(dir, 'train.jsonl'), 'utf8')).toBe(before);
    for (const _ of [1, 2]) expect(await onto('captured.jsonl')).toMatchObject({ rows: 1 });
  });

  it('become rows with bare labels, whatever form clients asked for', async () => {
    await record([
      asked('plain', 'shaft shakes', { ...large, answer: 'Vibration', at: 1 }),
      asked('object', 'Shaft shakes', { ...large, answer: '{"label": "Vibration"}', at: 2 }),
    ]);
    const output = join(dir, 'rows.jsonl');
    const result = await app.exportCaptures({ output, format: 'jsonl' });
    expect(result).toMatchObject({ rows: 1, conflicts: 0, leftOut: { 'same-as-another': 1 } });
    expect(await rowsOf(output)).toMatchObject([{ input: 'Shaft shakes', output: 'Vibration' }]);
  });

  it('become rows: corrections before models, one an input, none of the test split', async () => {
    await app.runPipeline({ until: 'data' });
    await record(
      [
        asked('local', 'seal drips', { answer: 'Leaking' }),
        asked('escalated', 'shaft shakes', { ...large, answer: 'Vibration', at: 3 }),
        asked('again', 'Shaft  shakes', { ...large, answer: 'Vibration', at: 2 }),
        asked('corrected', 'shaft SHAKES', { answer: 'Leaking', at: 1 }),
        asked('audited', 'hose bursts, mail x@y.co', {
          route: 'large',
          reason: 'audit-sample',
          answer: 'Leaking',
        }),
        asked('tested', 'reach me at a@b.co about  leaking 3', { ...large, answer: 'Leaking' }),
        asked('failed', 'boom', { ...large, status: 502, answer: null }),
      ],
      log => log.addFeedback({ captureId: 'corrected', at: 9, correctAnswer: 'Vibration!', rating: -1 }),
    );
    const output = join(dir, 'captured.jsonl');
    const result = await app.exportCaptures({ output, format: 'jsonl' });
    expect(result).toMatchObject({
      rows: 2,
      byReason: { corrected: 1, audited: 1 },
      leftOut: { 'local-answer': 1, failed: 1, 'in-test-split': 1, overruled: 2 },
      conflicts: 1,
      redactedRows: 1,
      inTestSplit: ['tested'],
      testSplitChecked: true,
    });
    const rows = await rowsOf(output);
    expect(rows.map(({ input, output: answer }) => [input, answer])).toEqual(
      expect.arrayContaining([
        ['shaft SHAKES', 'Vibration!'],
        ['hose bursts, mail [EMAIL_1]', 'Leaking'],
      ]),
    );
    expect(rows.find(row => row.capture.id === 'corrected')).toMatchObject({
      id: 'capture-corrected',
      capture: { alias: 'triage', route: 'local', reason: 'corrected', agreeing: 1, overruled: 2 },
    });
    const chat = await app.exportCaptures({ output, format: 'chat-jsonl', reasons: ['audited'] });
    expect(chat).toMatchObject({ rows: 1, leftOut: { 'reason-not-wanted': 4 } });
    expect((await rowsOf(output))[0].messages.map((message: { role: string }) => message.role)).toEqual([
      'system',
      'user',
      'assistant',
    ]);
  });

  it('are left out where they hold a test row with a small change, within a prompt or earlier in a conversation', async () => {
    const tested = 'Oil drips from the hose behind the main press since Monday morning';
    await writeFile(join(dir, 'test.jsonl'), `${JSON.stringify({ input: tested, output: 'Leaking' })}\n`);
    await app.runPipeline({ until: 'data' });
    const answered = (id: string, ...contents: string[]) =>
      captureOf(id, {
        ...large,
        answer: 'Leaking',
        messages: contents.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content })),
      });
    await record([
      answered('stop', `${tested}.`),
      answered('word', tested.replace('Monday', 'Tuesday')),
      answered('prompt', `Classify this report of a fault, and answer with one word: ${tested}. Thank you!`),
      answered('earlier', tested, 'Where?', 'In hall 7.'),
      answered('other', 'Oil drips from the gearbox of the old mill'),
    ]);
    const output = join(dir, 'captured.jsonl');
    const result = await app.exportCaptures({ output, format: 'chat-jsonl' });
    expect(result).toMatchObject({ rows: 1, leftOut: { 'near-test-split': 4 } });
    expect(result.inTestSplit.toSorted()).toEqual(['earlier', 'prompt', 'stop', 'word']);
    expect((await rowsOf(output))[0].id).toBe('capture-other');
  });

  it('say when there is no test split to keep apart', async () => {
    await record([asked('escalated', 'shaft shakes', { ...large, answer: 'Vibration' })]);
    const result = await app.exportCaptures({ output: join(dir, 'out.jsonl'), format: 'jsonl' });
    expect(result).toMatchObject({ rows: 1, testSplitChecked: false });
  });
});

describe('logs of other programs', () => {
  const openai = (input: string, answer: string) => ({
    messages: [
      { role: 'user', content: input },
      { role: 'assistant', content: answer },
    ],
  });

  it('become captures once, redacted, with bad rows set aside by line', async () => {
    const file = join(dir, 'log.jsonl');
    const lines = [openai('mail a@b.co', 'Leaking'), openai('shakes', 'Vibration')].map(row =>
      JSON.stringify(row),
    );
    await writeFile(file, [lines[0], '{broken a@b.co', '{"messages":[]}', lines[1], lines[1]].join('\n'));
    const first = await app.importCaptures({ file, alias: 'triage' });
    expect(first).toMatchObject({
      format: 'openai-chat',
      records: 5,
      imported: 2,
      known: 1,
      setAsideCount: 2,
    });
    expect(first.setAside.map(row => [row.line, row.code])).toEqual([
      [2, 'not-json'],
      [3, 'no-input'],
    ]);
    expect(JSON.stringify(first)).not.toContain('a@b.co');
    expect(await app.importCaptures({ file, alias: 'triage' })).toMatchObject({ imported: 0, known: 3 });
    const output = join(dir, 'rows.jsonl');
    await app.exportCaptures({ output, format: 'chat-jsonl', alias: 'triage' });
    // These logs say no time.
    expect((await rowsOf(output)).map(({ capture }) => capture.at)).toEqual([null, null]);
    const { captures } = await app.listCaptures({ limit: 5, alias: 'triage' });
    expect(captures.map(({ capture }) => capture.messages?.[0]?.content).sort()).toEqual([
      'mail [EMAIL_1]',
      'shakes',
    ]);
    const exported = await app.exportCaptures({ output: join(dir, 'rows.jsonl'), format: 'chat-jsonl' });
    expect(exported).toMatchObject({ rows: 2, byReason: { recorded: 2 } });
  });

  it('are refused in an unknown format, without a record, and where there is no file', async () => {
    await writeFile(join(dir, 'a.csv'), 'x,y\n1,2\n');
    await expect(app.importCaptures({ file: join(dir, 'a.csv') })).rejects.toMatchObject({
      code: 'log-format-unknown',
    });
    await writeFile(join(dir, 'empty.jsonl'), '\n');
    await expect(app.importCaptures({ file: join(dir, 'empty.jsonl') })).rejects.toMatchObject({
      code: 'log-empty',
    });
    await mkdir(join(dir, 'folder'));
    await expect(app.importCaptures({ file: join(dir, 'folder') })).rejects.toMatchObject({
      code: 'log-file-missing',
    });
  });

  it.each([
    ['JSON Lines', '{"a":1}\n{"a":2}\n'],
    ['a JSON array', ' [ {"a":1},\n{"a":2} ]'],
    ['a JSON array in one line, with brackets in text', '[{"a":1,"t":"]}\\"["},{"a":2}]'],
    ['CSV', 'a,b\n1,x\n2,"y\nz"\n'],
  ])('may be %s', async (_what, text) => {
    await writeFile(join(dir, 'log'), text);
    const found: unknown[] = [];
    for await (const row of readLog(join(dir, 'log')))
      found.push('record' in row ? Number(row.record['a']) : row);
    expect(found).toEqual([1, 2]);
  });

  it('may be one JSON object over several lines', async () => {
    await writeFile(join(dir, 'trace.json'), '{\n  "a": 1,\n  "b": [{}]\n}\n');
    const found: unknown[] = [];
    for await (const row of readLog(join(dir, 'trace.json'))) found.push(row);
    expect(found).toEqual([{ line: 1, record: { a: 1, b: [{}] } }]);
  });

  it('tell where an array is broken or cut off', async () => {
    await writeFile(join(dir, 'log'), '[{"a":1},\n{"a":x},\n{"a":');
    const found: unknown[] = [];
    for await (const row of readLog(join(dir, 'log')))
      found.push('problem' in row ? [row.line, row.problem.code] : row.line);
    expect(found).toEqual([1, [2, 'not-json'], [3, 'not-json']]);
  });
});
