import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { labels, Teacher } from './teacher.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../../dist/cli/main.js');

let dir: string;
let teacher: Teacher;

/** A workspace whose rows are imported; every test works on a copy. */
let imported: string;

/** Gives every test of a file a workspace of its own, with rows that are imported, and a large model beside it. */
export function useWorkspace(): void {
  beforeAll(async () => {
    dir = imported = await mkdtemp(join(tmpdir(), 'stepdown-growing-'));
    const rows = Array.from({ length: 60 }, (_, at) => ({
      input: `Machine ${'abcdefghijklmnopqrst'[at % 20]}${at} in hall ${at % 7}: ${labels[at % 3]} reported by shift ${at}`,
      output: labels[at % 3],
    }));
    await writeFile(join(dir, 'rows.jsonl'), rows.map(row => JSON.stringify(row)).join('\n'));
    teacher = new Teacher();
    await teacher.listen();
    await configure();
    teacher.close();
    await testSplitHash();
  });
  afterAll(() => rm(imported, { recursive: true, force: true }));
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stepdown-growing-'));
    await cp(imported, dir, { recursive: true });
    teacher = new Teacher();
    await teacher.listen();
    await configure();
  });
  afterEach(async () => {
    teacher.close();
    await rm(dir, { recursive: true, force: true });
  });
}

/** A path in the workspace of the test that runs. */
export const inWorkspace = (...path: string[]): string => join(dir, ...path);

/** The large model of the test that runs. */
export const theTeacher = (): Teacher => teacher;

/** Writes stepdown.yaml. */
export async function configure(
  changes: { model?: string; price?: boolean; grow?: object; sources?: object[] } = {},
) {
  const config = {
    name: 'triage',
    task: { kind: 'classify', instruction: 'Name the fault.' },
    data: { sources: [{ file: 'rows.jsonl' }, ...(changes.sources ?? [])] },
    large: {
      baseUrl: teacher.url,
      model: changes.model ?? 'teacher-model',
      maxRetries: 0,
      ...(changes.price === false ? {} : { price: { input: 1, output: 4 } }),
    },
    grow: { perRequest: 2, samples: 3, concurrency: 2, shots: 0, ...changes.grow },
  };
  await writeFile(join(dir, 'stepdown.yaml'), JSON.stringify(config));
}

/** Starts the program; `ended` is its exit code and what it printed. */
export function start(...argv: string[]) {
  const child = spawn(process.execPath, [program, ...argv, '--json'], {
    cwd: dir,
    env: { ...process.env, STEPDOWN_CACHE: join(dir, 'cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; json: ReturnType<typeof JSON.parse>; stderr: string }>(
    done =>
      child.on('close', code => done({ code, json: stdout === '' ? null : JSON.parse(stdout), stderr })),
  );
  return { child, ended };
}
export const stepdown = (...argv: string[]) => start(...argv).ended;

export const lines = async (file: string) =>
  (await readFile(join(dir, file), 'utf8'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));

export async function testSplitHash(): Promise<string> {
  const { code, json } = await stepdown('data', 'import');
  expect(code).toBe(0);
  return json.dataset.splits.test.sha256;
}
