import type { CascadeCalibration, CascadeResult } from '../../stages/cascade/index.ts';
import { readCalibration } from '../../stages/cascade/index.ts';
import type { Evidence } from '../../stages/decide/index.ts';
import { wilsonInterval } from '../../stats/proportions/wilson-interval.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';

/** What the latest calibration showed on the rows its threshold was tested on; null where none can be read. */
export async function calibratedCascade(workspace: Workspace): Promise<Evidence['cascade']> {
  const record = await (await workspace.runs()).latest('cascade');
  if (record === null) return null;
  const { file } = record.result as CascadeResult;
  const calibration = await readCalibration(absolute(workspace.dir, file)).catch(() => null);
  return calibration === null ? null : shownBy(calibration, `the calibration ${record.id}`);
}

/** What a calibration shows; null where it was tested on no rows. */
export function shownBy(
  { goal, auditShare }: Pick<CascadeCalibration, 'goal' | 'auditShare'>,
  source: string,
): Evidence['cascade'] {
  const { rows, answered, errors } = goal.evidence;
  if (rows === 0) return null;
  const local = wilsonInterval(answered, rows);
  // Random audits go to the large model too.
  const escalated = (share: number) => 1 - share * (1 - auditShare);
  return {
    source,
    escalatedShare: {
      ...local,
      value: escalated(local.value),
      low: escalated(local.high),
      high: escalated(local.low),
    },
    localError: answered === 0 ? null : wilsonInterval(errors, answered),
  };
}
