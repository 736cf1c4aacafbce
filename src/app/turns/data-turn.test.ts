import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApp } from '../create-app.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-turns-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const options = (workspaceDir: string) => ({
  workspaceDir,
  overrides: {},
  progress: { say: () => {}, update: () => {} },
  signal: new AbortController().signal,
});
const rows = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `{"input":"row ${at}","output":"${at % 2 ? 'Leak' : 'Noise'}"}\n`,
  ).join('');

it('rows of a file with an absolute path are imported again once they changed', async () => {
  const file = join(dir, 'elsewhere.jsonl');
  writeFileSync(
    join(dir, 'stepdown.yaml'),
    `name: tiny\ntask: { kind: classify }\ndata: { sources: [{ file: ${file} }] }\n`,
  );
  const importRows = async (count: number) => {
    writeFileSync(file, rows(count));
    const app = await createApp(options(dir));
    try {
      return (await app.runPipeline({ until: 'data' })).stages[0]?.outcome;
    } finally {
      await app.close();
    }
  };
  expect(await importRows(20)).toBe('ran');
  expect(await importRows(20)).toBe('unchanged');
  expect(await importRows(22)).toBe('ran');
});
