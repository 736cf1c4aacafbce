import { constants } from 'node:fs';
import { copyFile, cp, link, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from '../../files/atomic-file.ts';

/**
 * Puts a file or folder at another path: a hard link where the file system allows it (weights are
 * gigabytes and never changed), else a copy-on-write or plain copy.
 * @throws PrerequisiteError `disk-full`
 */
export async function placeFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    if ((await stat(from)).isDirectory()) {
      await cp(from, to, { recursive: true, errorOnExist: true, force: false });
      return;
    }
    await link(from, to).catch(() =>
      copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE),
    );
  } catch (error) {
    throw diskFull(error, to) ?? error;
  }
}
