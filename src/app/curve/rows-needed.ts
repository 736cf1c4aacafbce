import type { DatasetManifest } from '../../core/dataset.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { detectableDifference, detectableDistance } from '../../stats/power/detectable-difference.ts';
import { discordantShare, rowsForMean, rowsForPairedDifference } from '../../stats/power/sample-size.ts';
import type { Workspace } from '../workspace.ts';
import { isWorkspace } from './curve-rows.ts';
import type { RowsNeededCase, RowsNeededOptions, RowsNeededView } from './views.ts';

const confidence = 0.95;
const assumedScore = 0.8;
const assumedPower = 0.8;

/** Correlation of two systems' being right; nobody knows it before both have answered, so a range is shown. */
const likeness = { alike: 0.8, typical: 0.5, independent: 0 } as const;

/**
 * Test rows to plan for, before anyone labels: to show a difference, and for the non-inferiority gate.
 * @throws ConfigError `plan-impossible`
 */
export async function rowsNeeded(workspace: Workspace, options: RowsNeededOptions): Promise<RowsNeededView> {
  const { difference, agreement } = options;
  const { score = assumedScore, power = assumedPower, margin = difference } = options;
  const other = score + difference <= 1 ? score + difference : score - difference;
  if (other < 0)
    throw impossible(
      `Scores lie in 0..1, so nothing differs from ${score} by ${difference}`,
      'Give a smaller --difference.',
    );
  if (agreement !== undefined && 1 - agreement < difference)
    throw impossible(
      `Systems that agree on ${agreement} of the rows cannot differ by ${difference}`,
      `Give an --agreement of at most ${Number((1 - difference).toFixed(6))}, or a smaller --difference.`,
    );
  const testSet = await testSetOf(workspace);
  const caseOf = (
    assumption: RowsNeededCase['assumption'],
    shareAt: (from: number, to: number) => number,
  ): RowsNeededCase => {
    const share = Math.max(difference, shareAt(score, other));
    const equal = shareAt(score, score);
    const direction = Math.sign(other - score);
    return {
      assumption,
      agreement: 1 - share,
      rows: rowsForPairedDifference({ difference, discordantShare: share, confidence, power }),
      gateRows: rowsForMean({ distance: margin, variance: equal, confidence, power }),
      present: testSet && {
        difference: detectableDifference({
          rows: testSet.rows,
          largest: Math.min(direction > 0 ? 1 - score : score, agreement === undefined ? 1 : 1 - agreement),
          // Rounding must not take a score above 1.
          discordantShareOf: size => shareAt(score, Math.min(1, score + direction * size)),
          confidence,
          power,
        }),
        margin: detectableDistance({ rows: testSet.rows, variance: equal, confidence, power }),
      },
    };
  };
  const cases =
    agreement === undefined
      ? (Object.keys(likeness) as (keyof typeof likeness)[]).map(name =>
          caseOf(name, (from, to) => discordantShare(from, to, likeness[name])),
        )
      : [caseOf('stated', () => 1 - agreement)];
  return {
    difference,
    margin,
    score,
    isScoreAssumed: options.score === undefined,
    power,
    confidence,
    cases,
    testSet,
  };
}

/** Counts of the frozen test split, from the run record: no row of it is read. */
async function testSetOf(workspace: Workspace): Promise<RowsNeededView['testSet']> {
  const record = isWorkspace(workspace) ? await workspace.latestOrNull('data') : null;
  const test = (record?.result as DatasetManifest | undefined)?.splits.test;
  return test === undefined || test.rows === 0 ? null : { rows: test.rows, groups: test.groups };
}

const impossible = (message: string, hint: string) => new ConfigError('plan-impossible', message, hint);
