import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashPath } from '../../files/hash-file.ts';
import { tinyModel, writeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { tinyTensors, writeTinySafetensors } from '../fixtures/tiny-safetensors.ts';
import { checkWeights } from './weights-check.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-weights-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const config = {
  model_type: 'qwen3',
  num_hidden_layers: 2,
  hidden_size: 8,
  vocab_size: 4,
  max_position_embeddings: 128,
};
const weights = writeTinySafetensors(tinyTensors, 96);
const part = (name: string) =>
  writeTinySafetensors({ [name]: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] } }, 24);
const whole: Record<string, string | Buffer> = {
  'config.json': JSON.stringify(config),
  'tokenizer.json': '{}',
  'model.safetensors': weights,
};
const first = 'model-00001-of-00002.safetensors';
const second = 'model-00002-of-00002.safetensors';
const index = 'model.safetensors.index.json';
const { 'model.safetensors': _single, ...withoutWeights } = whole;
const sharded: Record<string, string | Buffer> = {
  ...withoutWeights,
  [first]: part('a'),
  [second]: part('b'),
  [index]: JSON.stringify({ weight_map: { a: first, b: second } }),
};

function folder(files: Readonly<Record<string, string | Buffer>>, without: readonly string[] = []): string {
  const path = join(dir, 'model');
  mkdirSync(path);
  for (const [name, content] of Object.entries(files)) {
    if (!without.includes(name)) writeFileSync(join(path, name), content);
  }
  return path;
}

describe('a folder of safetensors', () => {
  it('tells what config.json and the tensors say', async () => {
    expect(await checkWeights(folder(whole))).toEqual({
      format: 'safetensors',
      architecture: 'qwen3',
      parameters: 40,
      contextTokens: 128,
      layers: 2,
      embeddingLength: 8,
      vocabularySize: 4,
      licence: null,
    });
  });

  it('counts the parameters of all parts', async () => {
    expect(await checkWeights(folder(sharded))).toMatchObject({ parameters: 12 });
  });

  it('counts no copy of the weights that the index does not name', async () => {
    const files = { ...sharded, 'consolidated.safetensors': part('copy') };
    expect(await checkWeights(folder(files))).toMatchObject({ parameters: 12 });
  });

  it('takes the figures of the language model where there are several models in one', async () => {
    const nested = { model_type: 'gemma3', text_config: { ...config, model_type: 'gemma3_text' } };
    const files = { ...whole, 'config.json': JSON.stringify(nested) };
    expect(await checkWeights(folder(files))).toMatchObject({ architecture: 'gemma3', layers: 2 });
  });

  it('knows what Gemma 3 leaves out', async () => {
    const text_config = { model_type: 'gemma3_text', num_hidden_layers: 34, hidden_size: 2560 };
    const files = { ...whole, 'config.json': JSON.stringify({ model_type: 'gemma3', text_config }) };
    expect(await checkWeights(folder(files))).toMatchObject({
      architecture: 'gemma3',
      vocabularySize: 262_208,
      contextTokens: 131_072,
    });
  });

  it.each([
    ['config.json', whole, /config\.json is missing/],
    ['tokenizer.json', whole, /tokenizer is missing/],
    ['model.safetensors', whole, /no safetensors file/],
    [second, sharded, /model-00002-of-00002\.safetensors is missing/],
    [index, sharded, /neither model\.safetensors nor/],
  ])('without %s is refused', async (missing, files, reason) => {
    await expect(checkWeights(folder(files, [missing]))).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringMatching(reason),
    });
  });

  it.each([
    ['an index that is not JSON', index, '{', /not a JSON object/],
    ['an index without a map', index, '{}', /no weight_map/],
    ['an index that names a file outside', index, '{"weight_map":{"a":"../m.safetensors"}}', /is missing/],
    ['an index that names nothing', index, '{"weight_map":{}}', /names no tensor/],
    [
      'an index that puts a tensor into another part',
      index,
      JSON.stringify({ weight_map: { a: second, b: second } }),
      /a is not/,
    ],
    [
      'an index that names a tensor nobody has',
      index,
      JSON.stringify({ weight_map: { a: first, b: second, c: second } }),
      /c is not/,
    ],
    ['a config without its figures', 'config.json', '{"model_type":"x"}', /lacks num_hidden_layers/],
    ['a config that is a list', 'config.json', '[]', /config\.json/],
  ])('with %s is refused', async (_what, name, content, reason) => {
    await expect(checkWeights(folder({ ...sharded, [name]: content }))).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringMatching(reason),
    });
  });

  it('with a part that was cut off is refused', async () => {
    const files = { ...sharded, [second]: part('b').subarray(0, -4) };
    await expect(checkWeights(folder(files))).rejects.toMatchObject({ code: 'safetensors-invalid' });
  });

  it('may be a folder of links, as the cache of the hub client is', async () => {
    const linked = join(dir, 'snapshot');
    mkdirSync(linked);
    const path = folder(whole);
    for (const name of Object.keys(whole)) symlinkSync(join('..', 'model', name), join(linked, name));
    expect(await checkWeights(linked)).toEqual(await checkWeights(path));
    expect(await hashPath(linked)).toEqual(await hashPath(path));
  });

  it('of pickles alone is refused', async () => {
    const files = { ...withoutWeights, 'pytorch_model.bin': Buffer.from([0x80, 2, 1, 1]) };
    await expect(checkWeights(folder(files))).rejects.toMatchObject({ code: 'pickle-refused' });
  });

  it('a safetensors file alone is no model', async () => {
    const path = join(folder(whole), 'model.safetensors');
    await expect(checkWeights(path)).rejects.toMatchObject({ code: 'model-incomplete' });
  });
});

describe('a GGUF file', () => {
  const file = (content: Buffer): string => {
    const path = join(dir, 'm.gguf');
    writeFileSync(path, content);
    return path;
  };

  it('that is one part of several is refused, with what to do', async () => {
    const part = tinyModel({ 'split.count': { type: 'u32', value: 2 } });
    await expect(checkWeights(file(part))).rejects.toMatchObject({
      code: 'gguf-split',
      hint: expect.stringContaining('llama-gguf-split --merge'),
    });
    const whole = tinyModel({ 'split.count': { type: 'u32', value: 1 } });
    expect(await checkWeights(file(whole))).toMatchObject({ format: 'gguf' });
  });

  it('that holds a vocabulary and no weights is refused', async () => {
    const vocabulary = writeTinyGguf([['general.architecture', { type: 'string', value: 'llama' }]], []);
    await expect(checkWeights(file(vocabulary))).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('no weights'),
    });
  });
});
