import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commit, gitBlob, hex, startHub } from '../fixtures/local-hub.ts';
import { tinyModel } from '../fixtures/tiny-gguf.ts';
import { tinyTensors, writeTinySafetensors } from '../fixtures/tiny-safetensors.ts';
import { createHubSource, type HubSourceOptions } from './hub-source.ts';

const name = 'm.gguf';
const reference = `hf:org/name/${name}`;
const config = {
  model_type: 'llama',
  num_hidden_layers: 2,
  hidden_size: 8,
  vocab_size: 4,
  max_position_embeddings: 128,
};
const small = (value: object | string) => ({
  content: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  lfs: false,
});
/** Large enough that it arrives in several pieces. */
const weights = tinyModel({
  'general.description': {
    type: 'string',
    value: createHash('sha512').update('x').digest('hex').repeat(3_000),
  },
});

let dir: string;
let hub: Awaited<ReturnType<typeof startHub>>;
let waits: number[];
let agent: Agent;

async function start(files: Parameters<typeof startHub>[0] = { [name]: { content: weights, lfs: true } }) {
  hub = await startHub(files);
}
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-hub-'));
  waits = [];
  agent = new Agent();
});
afterEach(async () => {
  await agent.destroy();
  await hub.close();
  rmSync(dir, { recursive: true });
});

const source = (changes: Partial<HubSourceOptions> = {}) =>
  createHubSource({
    endpoint: hub.endpoint,
    token: null,
    dispatcher: agent,
    sleep: async milliseconds => {
      waits.push(milliseconds);
      await new Promise(setImmediate);
    },
    ...changes,
  });
const options = () => ({ cacheDir: join(dir, 'cache'), offline: false });
const fetchOnce = (changes: Partial<HubSourceOptions> = {}) =>
  source(changes).fetch(reference, { ...options(), onProgress: done => hub.drop(done) });
const leftovers = () =>
  readdirSync(join(dir, 'cache', 'downloads'), { recursive: true }).filter(
    entry => !String(entry).endsWith('.lock'),
  );

describe('a whole download', () => {
  it('brings one GGUF, reports progress, and asks the hub only once', async () => {
    await start();
    const progress: [number, number | null][] = [];
    const onProgress = (done: number, total: number | null) => progress.push([done, total]);
    const path = await source().fetch(reference, { ...options(), onProgress });
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(progress.at(-1)).toEqual([weights.length, weights.length]);
    expect(leftovers()).toEqual([]);
    const asked = hub.seen.length;
    expect(await fetchOnce()).toBe(path);
    expect(hub.seen).toHaveLength(asked);
  });

  it('brings a safetensors model with what it needs, and nothing that is a pickle or leaves the folder', async () => {
    await start({
      'config.json': small(config),
      'tokenizer.json': small({}),
      'model.safetensors': { content: writeTinySafetensors(tinyTensors, 96), lfs: true },
      'pytorch_model.bin': small('pickle'),
      'training_args.bin': small('pickle'),
      '../config.json': small('outside'),
      'onnx/model.onnx': small('other'),
    });
    const path = await source().fetch('hf:org/name', options());
    expect(readdirSync(path).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    expect(hub.fileRequests()).toHaveLength(3);
    expect(hub.seen.every(request => !/\.bin|\.\./.test(request.url))).toBe(true);
  });

  it('says what it would fetch, without fetching', async () => {
    await start();
    expect(await source().resolve(reference, options())).toEqual({
      files: [{ name, sizeBytes: weights.length }],
    });
    expect(hub.fileRequests()).toHaveLength(0);
  });

  it('fetches nothing of a GGUF that was split, and does not offer its parts', async () => {
    const part = 'big-00001-of-00002.gguf';
    await start({ [part]: { content: weights, lfs: true }, [name]: { content: weights, lfs: true } });
    await expect(source().fetch(`hf:org/name/${part}`, options())).rejects.toMatchObject({
      code: 'gguf-split',
    });
    await expect(source().fetch('hf:org/name', options())).rejects.toMatchObject({
      hint: `Name one file: ${reference}.`,
    });
    expect(existsSync(join(dir, 'models'))).toBe(false);
  });

  it('refuses a repository of pickles alone', async () => {
    await start({ 'pytorch_model.bin': small('pickle'), 'config.json': small(config) });
    await expect(source().fetch('hf:org/name', options())).rejects.toMatchObject({ code: 'pickle-refused' });
    expect(hub.fileRequests()).toHaveLength(0);
  });

  it.each([
    ['a login page', '<html>'],
    ['another shape', { sha: 'x', siblings: 3 }],
  ])('does not believe %s in place of the list of files', async (_what, answer) => {
    await start();
    hub.settings.intercept = (_request, response) => {
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
      return true;
    };
    await expect(fetchOnce()).rejects.toMatchObject({ code: 'hub-answer-invalid' });
  });
});

describe('a download that is cut off', () => {
  const cutFirst = (bytes: number, etag: string | null = `"${hex('md5', weights)}"`) => {
    hub.settings.intercept = (_request, response, index) =>
      index === 0 && hub.hold(response, weights, 0, bytes, etag);
  };

  it('continues by range, bound to the version it began with', async () => {
    await start();
    cutFirst(100_000);
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    const [, second] = hub.fileRequests();
    expect(second).toMatchObject({ range: 'bytes=100000-', ifRange: `"${hex('md5', weights)}"` });
  });

  it('begins again where the file has another version', async () => {
    await start();
    cutFirst(100_000, '"another"');
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    expect(hub.fileRequests()).toHaveLength(2);
  });

  it('begins again where the server ignores ranges', async () => {
    await start();
    hub.settings.rangesHonoured = false;
    cutFirst(100_000);
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    expect(hub.fileRequests()[1]?.range).toBeDefined();
  });

  it('begins again where the server sends another part than was asked for', async () => {
    await start();
    hub.settings.intercept = (_request, response, index) => {
      if (index === 0) return hub.hold(response, weights, 0, 100_000, null);
      if (index !== 1) return false;
      response.writeHead(206, { 'content-range': `bytes 7-${weights.length - 1}/${weights.length}` });
      response.end(weights.subarray(7));
      return true;
    };
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    expect(hub.fileRequests()[2]?.range).toBeUndefined();
  });

  it('is not continued where neither a version nor a checksum would tell a mixture', async () => {
    await start();
    hub.settings.etag = () => null;
    hub.settings.listing = { sha: commit, siblings: [{ rfilename: name, size: weights.length }] };
    cutFirst(100_000, null);
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    expect(hub.fileRequests()[1]?.range).toBeUndefined();
  });

  it('does not give up while every attempt brings something', async () => {
    await start();
    hub.settings.intercept = (request, response, index) => {
      if (index < 0 || index >= 8) return false;
      const begin = Number(/\d+/.exec(request.headers.range ?? '')?.[0] ?? 0);
      return hub.hold(response, weights, begin, begin + 20_000, `"${hex('md5', weights)}"`);
    };
    expect(readFileSync(await fetchOnce({ retries: 1 })).equals(weights)).toBe(true);
  });

  it('is stopped by the user and continued by a new call', async () => {
    await start();
    const controller = new AbortController();
    cutFirst(100_000);
    const stopped = source().fetch(reference, {
      ...options(),
      signal: controller.signal,
      onProgress: done => done >= 100_000 && controller.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
    expect(hub.fileRequests()[1]?.range).toBe('bytes=100000-');
  });

  it('two at once fetch it once', async () => {
    await start();
    const [first, second] = await Promise.all([fetchOnce(), fetchOnce()]);
    expect(second).toBe(first);
    expect(readFileSync(first).equals(weights)).toBe(true);
    expect(hub.fileRequests()).toHaveLength(1);
  });
});

describe('a file that is not what was announced', () => {
  const other = (content: Buffer) => {
    hub.settings.intercept = (_request, response, index) => {
      if (index < 0) return false;
      response.end(content);
      return true;
    };
  };

  it('is refused by its SHA-256, and not kept', async () => {
    await start();
    const changed = Buffer.from(weights);
    changed[changed.length - 1] = 1;
    other(changed);
    await expect(fetchOnce()).rejects.toMatchObject({ code: 'checksum-mismatch' });
    expect(leftovers().filter(entry => /gguf/.test(String(entry)))).toEqual([]);
    hub.settings.intercept = () => false;
    expect(readFileSync(await fetchOnce()).equals(weights)).toBe(true);
  });

  it('is refused as soon as it is longer', async () => {
    await start();
    other(Buffer.concat([weights, Buffer.alloc(10)]));
    await expect(fetchOnce()).rejects.toMatchObject({
      code: 'checksum-mismatch',
      message: expect.stringContaining('longer'),
    });
  });

  it('is refused by its git blob where it is no large file', async () => {
    const altered = { ...config, num_hidden_layers: 3 };
    await start({
      'config.json': small(config),
      'tokenizer.json': small({}),
      'model.safetensors': { content: writeTinySafetensors(tinyTensors, 96), lfs: true },
    });
    hub.settings.intercept = (request, response) => {
      if (!request.url?.endsWith('/config.json')) return false;
      response.end(JSON.stringify(altered));
      return true;
    };
    await expect(source().fetch('hf:org/name', options())).rejects.toMatchObject({
      code: 'checksum-mismatch',
      message: expect.stringContaining(gitBlob(small(config).content)),
    });
  });

  it('is refused by the checksum beside the redirect where the list has none', async () => {
    await start();
    hub.settings.listing = { sha: commit, siblings: [{ rfilename: name, size: weights.length }] };
    hub.settings.intercept = (request, response, index) => {
      if (index < 0) return false;
      if (request.url === '/large') response.end(weights);
      else response.writeHead(302, { location: '/large', 'x-linked-etag': `"${'0'.repeat(64)}"` }).end();
      return true;
    };
    await expect(fetchOnce()).rejects.toMatchObject({ code: 'checksum-mismatch' });
  });
});

describe('space and network', () => {
  it('stops before the download where the disk has no room, and counts what is already there', async () => {
    await start();
    await expect(fetchOnce({ freeBytes: async () => weights.length - 1 })).rejects.toMatchObject({
      code: 'disk-full',
      exitCode: 3,
    });
    expect(hub.fileRequests()).toHaveLength(0);
    hub.settings.intercept = (_request, response, index) =>
      index === 0 && hub.hold(response, weights, 0, 100_000, `"${hex('md5', weights)}"`);
    await expect(fetchOnce({ retries: -1 })).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(existsSync(await fetchOnce({ freeBytes: async () => weights.length - 50_000 }))).toBe(true);
  });

  it('touches nothing when offline, and still gives what is cached', async () => {
    await start();
    const offline = { ...options(), offline: true };
    await expect(source().fetch(reference, offline)).rejects.toMatchObject({ code: 'model-not-cached' });
    await expect(source().resolve(reference, offline)).rejects.toMatchObject({ code: 'model-not-cached' });
    expect(hub.seen).toHaveLength(0);
    const path = await fetchOnce();
    const asked = hub.seen.length;
    expect(await source().fetch(reference, offline)).toBe(path);
    expect(hub.seen).toHaveLength(asked);
  });
});
