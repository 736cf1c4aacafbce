import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hex, startHub } from '../../src/models/fixtures/local-hub.ts';
import { tinyModel } from '../../src/models/fixtures/tiny-gguf.ts';
import { startTypescript } from './run-typescript.ts';

const weights = tinyModel({ 'general.description': { type: 'string', value: 'x'.repeat(2_000_000) } });
const reference = 'hf:org/name/m.gguf';

let folder: string;
let hub: Awaited<ReturnType<typeof startHub>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-download-'));
  hub = await startHub({ 'm.gguf': { content: weights, lfs: true } });
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process that fetches the model, says how far it is, and at the end where the model lies. */
function fetching() {
  const child = startTypescript(`
    const { createHubSource } = await load('src/models/sources/hub-source.ts');
    const source = createHubSource({ endpoint: ${JSON.stringify(hub.endpoint)}, token: null });
    const onProgress = done => process.stdout.write(done + '\\n');
    const options = { cacheDir: ${JSON.stringify(folder)}, offline: false, onProgress };
    process.stdout.write('path ' + (await source.fetch(${JSON.stringify(reference)}, options)) + '\\n');
  `);
  let output = '';
  const ended = new Promise<string | null>(settle => child.on('close', (_code, signal) => settle(signal)));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput(output);
  });
  let onOutput = (_output: string) => {};
  return {
    child,
    ended,
    path: () => /^path (.*)$/m.exec(output)?.[1] ?? '',
    watch: (watcher: typeof onOutput) => {
      onOutput = watcher;
    },
  };
}

test('a download whose process was killed is continued by the next process', async () => {
  hub.settings.intercept = (_request, response, index) =>
    index === 0 && hub.hold(response, weights, 0, 1_000_000, `"${hex('md5', weights)}"`);
  const first = fetching();
  first.watch(output => {
    if (/^1000000$/m.test(output)) first.child.kill('SIGKILL');
  });
  expect(await first.ended).toBe('SIGKILL');
  const second = fetching();
  expect(await second.ended).toBeNull();
  expect(readFileSync(second.path()).equals(weights)).toBe(true);
  expect(hub.fileRequests().map(request => request.range)).toEqual([undefined, 'bytes=1000000-']);
});

test('two processes at once fetch a model once and both have it', async () => {
  const both = [fetching(), fetching()];
  expect(await Promise.all(both.map(process => process.ended))).toEqual([null, null]);
  const [path, other] = both.map(process => process.path());
  expect(other).toBe(path);
  expect(readFileSync(path ?? '').equals(weights)).toBe(true);
  expect(hub.fileRequests()).toHaveLength(1);
});
