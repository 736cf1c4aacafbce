import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Workspace } from '../workspace.ts';
import { keyVerbs } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function verbs(said: string[] = []) {
  const { signal } = new AbortController();
  const progress = { say: (text: string) => said.push(text), update: () => {}, clear: () => {} };
  const options = { workspaceDir: folder, overrides: {}, progress, signal };
  return keyVerbs(new Workspace(options as unknown as ConstructorParameters<typeof Workspace>[0]));
}

it('keeps keys in the workspace, for whoever opens it next', async () => {
  await writeFile(join(folder, 'stepdown.yaml'), 'name: triage\nserve: {}\n');
  const { id, key } = await verbs().createKey({ name: 'shop', aliases: ['triage'] });
  expect(key).toContain(id);
  expect(await verbs().listKeys()).toMatchObject([{ id, name: 'shop', status: 'active' }]);
  expect(await verbs().revokeKey(id)).toMatchObject({ id, status: 'revoked' });
  await expect(verbs().revokeKey(key)).rejects.toMatchObject({
    code: 'key-id-unknown',
    message: expect.not.stringContaining(key),
  });
});

it('makes no key in a folder that is no workspace', async () => {
  await expect(verbs().createKey({ name: 'shop', aliases: ['*'] })).rejects.toMatchObject({
    code: 'config-missing',
  });
});

it('says when a key names an alias that nothing is served as, and makes it all the same', async () => {
  const said: string[] = [];
  await writeFile(join(folder, 'stepdown.yaml'), 'name: triage\n');
  await verbs(said).createKey({ name: 'by the name of the workspace', aliases: ['triage'] });
  await verbs(said).createKey({ name: 'every', aliases: ['*'] });
  expect(said).toEqual([]);
  await verbs(said).createKey({ name: 'mistyped', aliases: ['triaje'] });
  expect(said).toEqual([expect.stringMatching(/^Warning: nothing is served as triaje; there is triage\./)]);
  expect(await verbs().listKeys()).toHaveLength(3);
});
