import { type FileLock, tryLock } from '../../files/file-lock.ts';
import { pause, type Sleep } from './stopped.ts';

const pollMs = 500;

/**
 * Takes the lock of a download, waiting while another process fetches the same model.
 * @throws InterruptedError `interrupted`
 */
export async function waitForDownload(
  file: string,
  signal: AbortSignal | undefined,
  sleep?: Sleep,
): Promise<FileLock> {
  for (;;) {
    const lock = await tryLock(file);
    if (lock !== null) return lock;
    await pause(pollMs, signal, sleep);
  }
}
