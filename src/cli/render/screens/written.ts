import type { WrittenFile } from '../../../app/app.ts';
import { bytesText } from '../numbers.ts';
import type { Screen } from '../screen.ts';

/** Files that were written; paths are never cut, as they are to be copied. */
export function writtenScreen(screen: Screen, files: readonly WrittenFile[]): string {
  const kindWidth = Math.max(...files.map(file => file.kind.length));
  return files
    .map(
      file =>
        `${screen.good('Wrote')}  ${file.kind.padEnd(kindWidth)}  ${bytesText(file.sizeBytes).padStart(8)}  ${file.path}`,
    )
    .join('\n');
}
