import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockWorkspace } from './workspace-lock.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-lock-'));
  file = join(folder, 'lock');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Another real process that takes the same lock and says so. */
async function otherProcess() {
  const libsql = createRequire(import.meta.url).resolve('libsql');
  const child = spawn(process.execPath, [
    '-e',
    `const D = require(${JSON.stringify(libsql)}); const d = new D(${JSON.stringify(file)});
     d.exec('begin exclusive'); console.log('held'); setInterval(() => d.inTransaction, 1000);`,
  ]);
  await once(child.stdout, 'data');
  return child;
}

describe('the workspace lock', () => {
  test('is held once at a time and free after release', async () => {
    const lock = await lockWorkspace(file);
    await expect(lockWorkspace(file)).rejects.toMatchObject({ code: 'workspace-busy', exitCode: 3 });
    lock.release();
    (await lockWorkspace(file)).release();
  });

  test('names the process that holds it', async () => {
    const lock = await lockWorkspace(file);
    await expect(lockWorkspace(file)).rejects.toThrow(`process ${process.pid}`);
    lock.release();
  });

  test('keeps out another process, and is free the moment that process is killed', async () => {
    const child = await otherProcess();
    await expect(lockWorkspace(file)).rejects.toMatchObject({ code: 'workspace-busy' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    (await lockWorkspace(file)).release();
  });
});
