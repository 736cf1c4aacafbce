import { join, relative } from 'node:path';
import type { Stage } from '../../core/stage.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import { reportPage } from './page.ts';
import type { ReportData, ReportResult } from './schema.ts';

/** Where the report goes in a workspace. */
export const reportFile = join('.stepdown', 'report.html');

/** Writes the report; `load` gathers what it shows from the results of the earlier stages. */
export function createReportStage(
  load: () => Promise<ReportData>,
): Stage<Record<string, never>, ReportResult> {
  return {
    name: 'report',
    version: 2,
    check: async () => [],
    run: async context => {
      const path = join(context.workspaceDir, reportFile);
      await writeFileAtomic(path, reportPage(await load()));
      const artifact = {
        kind: 'report',
        path: relative(context.workspaceDir, path),
        ...(await hashPath(path)),
      };
      return { result: { path: artifact.path }, outputs: [artifact] };
    },
  };
}
