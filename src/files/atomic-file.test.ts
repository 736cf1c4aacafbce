import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFileAtomic } from './atomic-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-atomic-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('makes missing folders, and leaves nothing but the file', async () => {
  await writeFileAtomic(join(dir, 'a', 'b', 'page.html'), 'text');
  expect(await readFile(join(dir, 'a', 'b', 'page.html'), 'utf8')).toBe('text');
  expect(await readdir(join(dir, 'a', 'b'))).toEqual(['page.html']);
});

it.each([
  ['folder', 'it is a folder'],
  ['file/page.html', 'a part of its path is no folder'],
])('says why %s cannot be written, and leaves nothing behind', async (name, why) => {
  await mkdir(join(dir, 'folder'));
  await writeFile(join(dir, 'file'), '');
  await expect(writeFileAtomic(join(dir, name), 'text')).rejects.toMatchObject({
    code: 'not-writable',
    message: expect.stringContaining(why),
  });
  expect((await readdir(dir)).sort()).toEqual(['file', 'folder']);
});
