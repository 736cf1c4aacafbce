import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from '../core/errors/index.ts';
import { writeFileAtomic } from '../files/atomic-file.ts';
import { isFolder } from '../files/path-kind.ts';
import type { WrittenFile } from './app.ts';
import { absolute } from './runs/run-stage.ts';
import type { Workspace } from './workspace.ts';

/**
 * The latest report, copied to `output` (absolute) where one is given; folders on the way are made.
 * @throws ConfigError `stage-not-run` | `output-is-folder`
 */
export async function writeReport(workspace: Workspace, output: string | undefined): Promise<WrittenFile> {
  const { outputs } = await workspace.latest('report');
  const written = absolute(workspace.dir, outputs[0]?.path ?? '');
  const path = output ?? written;
  if (await isFolder(path)) {
    throw new ConfigError('output-is-folder', `${path} is a folder`, 'Name a file: --output report.html.');
  }
  if (path !== written) await writeFileAtomic(path, await readFile(written));
  return { kind: 'report', path, sizeBytes: (await stat(path)).size };
}
