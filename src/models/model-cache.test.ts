import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyModel } from './fixtures/tiny-gguf.ts';
import { openModelCache } from './model-cache.ts';
import { resolveModel } from './resolve-model.ts';
import { createFileSource } from './sources/file-source.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const stage = (name: string, bytes: Buffer) => {
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, 'm.gguf'), bytes);
  return join(dir, name, 'm.gguf');
};

describe('the model cache', () => {
  it('two adoptions of the same content at once end with one model', async () => {
    const cache = openModelCache(join(dir, 'cache'));
    const adopt = (name: string) =>
      cache.adopt({
        reference: `hf:a/${name}`,
        path: stage(name, tinyModel()),
        move: true,
        licence: null,
        sha256: null,
      });
    const first = await adopt('one');
    const second = await adopt('two');
    expect(second.path).toBe(first.path);
    expect(await cache.list()).toHaveLength(2);
  });

  it('remembers the first checksum of a reference and refuses another', async () => {
    const cache = openModelCache(join(dir, 'cache'));
    const request = { reference: 'hf:a/b', move: true, licence: null, sha256: null };
    await cache.adopt({ ...request, path: stage('one', tinyModel()) });
    const other = tinyModel({ 'general.name': { type: 'string', value: 'changed' } });
    await expect(cache.adopt({ ...request, path: stage('two', other) })).rejects.toMatchObject({
      code: 'checksum-mismatch',
    });
  });

  it('resolves a local GGUF, refuses pickle, and guesses a misspelt id', async () => {
    const sources = [createFileSource(dir)];
    const options = { cacheDir: join(dir, 'cache'), offline: true };
    const model = await resolveModel(stage('one', tinyModel()), sources, options);
    expect(model).toMatchObject({
      architecture: 'llama',
      layers: 2,
      vocabularySize: 4,
      licence: 'apache-2.0',
    });
    writeFileSync(join(dir, 'w.pt'), Buffer.from([0x80, 2, 1, 1]));
    await expect(resolveModel('file:w.pt', sources, options)).rejects.toMatchObject({
      code: 'pickle-refused',
    });
    await expect(resolveModel('smolm2-135m-instruct', sources, options)).rejects.toMatchObject({
      code: 'model-unknown',
      hint: expect.stringContaining('smollm2-135m-instruct'),
    });
  });
});
