import { constants } from 'node:fs';
import { copyFile, cp, link, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from '../../files/atomic-file.ts';

/**
 * Puts a file or folder at another path.
 * @param how `share`: a hard link where the file system allows it, for weights that nobody changes (they are
 *   gigabytes); `copy`: a file of its own, which shares its blocks until it is written to where the file system can
 * @throws PrerequisiteError `disk-full`
 */
export async function placeFile(from: string, to: string, how: 'share' | 'copy'): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    if ((await stat(from)).isDirectory()) {
      await cp(from, to, { recursive: true, errorOnExist: true, force: false });
      return;
    }
    const copy = () => copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await (how === 'copy' ? copy() : link(from, to).catch(copy));
  } catch (error) {
    throw diskFull(error, to) ?? error;
  }
}
