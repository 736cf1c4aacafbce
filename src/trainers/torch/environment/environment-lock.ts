import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InterruptedError } from '../../../core/errors/index.ts';

/** A lock held on another machine is taken over after this long: no set-up lasts longer. */
const abandonedAfterMs = 2 * 60 * 60 * 1000;

/**
 * Runs `work` while no other process does the same under this path; waits for the other one to end.
 * A lock whose process is gone is taken over.
 * @throws InterruptedError `interrupted` while waiting
 */
export async function withLock<Result>(
  path: string,
  options: { readonly signal?: AbortSignal; readonly onWait?: () => void; readonly pollMs?: number },
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  let told = false;
  while (!(await take(path))) {
    if (!(await isHeld(path))) {
      await rm(path, { force: true });
      continue;
    }
    if (!told) options.onWait?.();
    told = true;
    try {
      await wait(options.pollMs ?? 500, undefined, options.signal ? { signal: options.signal } : {});
    } catch (error) {
      throw new InterruptedError(
        'interrupted',
        'Stopped while another process prepares the Python environment',
        'Run the same command again when the other one has ended.',
        { cause: error },
      );
    }
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ host: hostname(), pid: process.pid }));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isHeld(path: string): Promise<boolean> {
  try {
    const text = await readFile(path, 'utf8');
    const age = Date.now() - (await stat(path)).mtimeMs;
    // Just made and not yet written by its owner.
    if (text === '') return age < 10_000;
    const owner = JSON.parse(text) as { host: string; pid: number };
    return owner.host === hostname() ? isAlive(owner.pid) : age < abandonedAfterMs;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
