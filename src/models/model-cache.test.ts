import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyModel } from './fixtures/tiny-gguf.ts';
import { tinyTensors, writeTinySafetensors } from './fixtures/tiny-safetensors.ts';
import { openModelCache } from './model-cache.ts';
import { findLocalModel, isStillTheModel, resolveModel } from './resolve-model.ts';
import { createFileSource } from './sources/file-source.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true }));
let staged = 0;
const stage = (name: string, bytes: Buffer) => {
  mkdirSync(join(dir, name));
  const path = join(dir, name, 'm.gguf');
  writeFileSync(path, bytes);
  // A time of its own, as files that came one after the other have.
  staged += 1;
  utimesSync(path, staged, staged);
  return path;
};

const config = {
  model_type: 'llama',
  num_hidden_layers: 2,
  hidden_size: 8,
  vocab_size: 4,
  max_position_embeddings: 128,
};
const stageFolder = (name: string) => {
  mkdirSync(join(dir, name));
  writeFileSync(join(dir, name, 'config.json'), JSON.stringify(config));
  writeFileSync(join(dir, name, 'tokenizer.json'), '{}');
  writeFileSync(join(dir, name, 'model.safetensors'), writeTinySafetensors(tinyTensors, 96));
  return join(dir, name);
};

describe('the model cache', () => {
  it.each([
    ['file', (name: string) => stage(name, tinyModel())],
    ['folder', stageFolder],
  ])('eight adoptions of the same %s at once end with one model', async (_what, make) => {
    const adopt = (index: number) =>
      // A cache each, as eight processes would have.
      openModelCache(join(dir, 'cache')).adopt({
        reference: `hf:a/m${index}`,
        path: make(`staged-${index}`),
        move: true,
        licence: null,
        sha256: null,
      });
    const models = await Promise.all(Array.from({ length: 8 }, (_, index) => adopt(index)));
    expect(new Set(models.map(model => model.path)).size).toBe(1);
    expect(readdirSync(join(dir, 'cache', 'models', models[0]?.sha256 ?? ''))).toHaveLength(1);
    const listed = await openModelCache(join(dir, 'cache')).list();
    expect(listed.map(model => model.reference)).toEqual(models.map(model => model.reference).sort());
  });

  it('knows the models of a cache that was copied, whose files have another time', async () => {
    const cache = openModelCache(join(dir, 'cache'));
    const request = { reference: 'hf:a/b', move: true, licence: null, sha256: null };
    const { path, ...model } = await cache.adopt({ ...request, path: stage('one', tinyModel()) });
    cpSync(join(dir, 'cache'), join(dir, 'copy'), { recursive: true });
    const copied = join(dir, 'copy', relative(join(dir, 'cache'), path));
    utimesSync(copied, 9, 9);
    expect(await openModelCache(join(dir, 'copy')).find('hf:a/b')).toEqual({ ...model, path: copied });
    const changed = tinyModel();
    changed[changed.length - 1] = 1;
    writeFileSync(copied, changed);
    expect(await openModelCache(join(dir, 'copy')).find('hf:a/b')).toBeNull();
  });

  it('puts whole content in the place of what was damaged', async () => {
    const cache = openModelCache(join(dir, 'cache'));
    const request = { reference: 'hf:a/b', move: true, licence: null, sha256: null };
    const { path } = await cache.adopt({ ...request, path: stage('one', tinyModel()) });
    writeFileSync(path, 'damaged');
    expect(await cache.find('hf:a/b')).toBeNull();
    await cache.adopt({ ...request, path: stage('two', tinyModel()) });
    expect(readFileSync(path).equals(tinyModel())).toBe(true);
    expect(await cache.find('hf:a/b')).toMatchObject({ path });
  });

  it('refuses what is not pinned before it enters', async () => {
    const cache = openModelCache(join(dir, 'cache'));
    const adopting = cache.adopt({
      reference: 'hf:a/b',
      path: stage('one', tinyModel()),
      move: true,
      licence: null,
      sha256: '0'.repeat(64),
    });
    await expect(adopting).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(await cache.find('hf:a/b')).toBeNull();
    expect(existsSync(join(dir, 'cache', 'models'))).toBe(false);
    expect(existsSync(join(dir, 'one', 'm.gguf'))).toBe(false);
  });

  it('takes a file of the user as it is now, also after it changed', async () => {
    const sources = [createFileSource(dir)];
    const options = { cacheDir: join(dir, 'cache'), offline: true };
    const path = stage('one', tinyModel());
    const before = await resolveModel(path, sources, options);
    writeFileSync(path, tinyModel({ 'general.name': { type: 'string', value: 'changed' } }));
    const after = await resolveModel(path, sources, options);
    expect(after.sha256).not.toBe(before.sha256);
    expect(await findLocalModel(path, sources, options.cacheDir)).toMatchObject({ sha256: after.sha256 });
    rmSync(path);
    expect(await findLocalModel(path, sources, options.cacheDir)).toBeNull();
  });

  it('does not take the file of another workspace for the same relative path', async () => {
    const here = stage('here', tinyModel());
    const there = stage('there', tinyModel({ 'general.name': { type: 'string', value: 'other' } }));
    const options = { cacheDir: join(dir, 'cache'), offline: true };
    const resolveIn = (workspace: string) =>
      resolveModel('./m.gguf', [createFileSource(join(dir, workspace))], options);
    expect((await resolveIn('here')).path).toBe(here);
    expect((await resolveIn('there')).path).toBe(there);
    expect((await resolveIn('here')).path).toBe(here);
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

it('a path under ~ is looked for in the home folder, also where no shell expanded it', async () => {
  await expect(
    resolveModel('~/no/such.gguf', [createFileSource(dir)], { cacheDir: dir, offline: true }),
  ).rejects.toMatchObject({
    code: 'model-not-found',
    message: `No model at ${join(homedir(), 'no/such.gguf')}`,
  });
});

it('a model file that was replaced is not the model any more', async () => {
  const path = stage('own', tinyModel());
  const sources = [createFileSource(dir)];
  const cacheDir = join(dir, 'cache');
  const model = await resolveModel(`file:${path}`, sources, { cacheDir, offline: true });
  expect(await isStillTheModel(model, sources, cacheDir)).toBe(true);
  writeFileSync(path, tinyModel({ 'general.name': { type: 'string', value: 'another' } }));
  expect(await isStillTheModel(model, sources, cacheDir)).toBe(false);
  writeFileSync(path, 'no model');
  expect(await isStillTheModel(model, sources, cacheDir)).toBe(false);
});
