import type { Audit, AuditFinding, LabelJudge } from '../../core/audit.ts';
import { auditSeverities } from '../../core/audit.ts';
import { DataError, InterruptedError } from '../../core/errors/index.ts';
import type { Progress } from '../../core/stage.ts';
import type { AuditRows, AuditSource } from './audit-rows.ts';
import { type Collected, collectAudit } from './collect.ts';
import { maximumClustered, thinCoverage } from './content/coverage.ts';
import { languageMix, maximumRowsTold } from './content/languages.ts';
import { estimatedTokens, type TokenCounter, tokenProfile, tooLong } from './content/length.ts';
import { templateLike } from './content/templates.ts';
import { uncoveredTraffic } from './content/traffic.ts';
import { rowsText } from './finding.ts';
import { judgeLabels, maximumLearnt, minimumRowsToJudge } from './labels/judge-labels.ts';
import { specialistText } from './labels/judged-labels.ts';
import { labelNoise } from './labels/label-noise.ts';
import { labelCounts, rareLabels } from './labels/rare-labels.ts';
import { RowsToJudge, type TrainedJudge } from './labels/trained-judge.ts';
import { equalInputs } from './similar/equal-inputs.ts';
import { nearInputs } from './similar/near-inputs.ts';
import { unusableRows } from './unusable-rows.ts';

export interface AuditRequest {
  readonly sources: readonly AuditSource[];
  /** Inputs users really sent; null where none are given. */
  readonly traffic: AuditSource | null;
  /** Null: told from the targets. */
  readonly taskKind: Audit['taskKind'] | null;
  /** Longest input and target that the model can take, in tokens; null leaves length out. */
  readonly contextTokens: number | null;
  /** Null: tokens are estimated. */
  readonly tokenCounter: TokenCounter | null;
  /** Judges labels beside the audit's own model; null where none is asked. Only for labels. */
  readonly trainedJudge: TrainedJudge | null;
  readonly datasetHash: string | null;
  readonly seed: number;
}

/**
 * Looks at every row for what makes a model or its evaluation worse. Rows are read once and held in columns; what
 * would take too long on a large dataset is done on a part of it, and said so.
 * @throws DataError `audit-no-rows` and what the sources throw; InterruptedError `interrupted`
 */
export async function auditData(
  request: AuditRequest,
  watch: { progress: Progress; signal: AbortSignal; now: () => Date },
): Promise<Audit> {
  const began = performance.now();
  const alive = async (what: string) => {
    if (watch.signal.aborted) throw interrupted();
    watch.progress.update(what, null);
    // Lets Ctrl-C and the progress line through between two long steps.
    await new Promise<void>(resolve => setImmediate(resolve));
  };
  const counter = request.tokenCounter ?? estimatedTokens;
  const toJudge = request.trainedJudge && new RowsToJudge(request.trainedJudge, request.seed);
  const collected = await collectAudit(request.sources, counter, alive, (row, read) =>
    toJudge?.offer(row, read),
  );
  const { rows } = collected;
  if (rows.count === 0) throw noRows(request.sources, collected.unusable);
  const taskKind = request.taskKind ?? rows.taskKind;
  const severalTargets = taskKind === 'generate';
  const findings: (AuditFinding | null)[] = [
    unusableRows(collected.unusable, rows.count),
    ...collected.sensitive.findings(rows),
  ];

  const labelJudges: LabelJudge[] = [];

  await alive('equal and nearly equal inputs');
  findings.push(...equalInputs(rows, { severalTargets }));
  // A record holds what stands in the input: another number in one is another value in the other.
  const conflictFrom = taskKind === 'extract' ? 1 : 0;
  findings.push(...nearInputs(rows, collected.near, { severalTargets, conflictFrom }));
  if (taskKind === 'classify') {
    await alive('labels');
    findings.push(rareLabels(rows));
    const trained = await toJudge?.judge();
    const isJudged = (row: number) => trained?.judged.of(row) !== undefined;
    const linear = await judgeLabels(rows, request.seed, alive, isJudged);
    const noise = labelNoise(rows, trained === undefined ? [linear] : [trained, linear]);
    findings.push(noise.finding);
    labelJudges.push(...noise.judges);
  }
  if (request.contextTokens !== null)
    findings.push(tooLong(rows, collected.tokens, request.contextTokens, counter));
  await alive('languages');
  const mix = languageMix(rows);
  await alive('templates');
  const templates = templateLike(rows);
  await alive('coverage');
  findings.push(mix.finding, templates.finding, thinCoverage(rows, request.seed));
  const traffic =
    request.traffic === null ? null : (await collectAudit([request.traffic], estimatedTokens, alive)).rows;
  if (traffic !== null && traffic.count > 0) findings.push(uncoveredTraffic(rows, traffic));

  return {
    schemaVersion: 1,
    auditedAt: watch.now().toISOString(),
    datasetHash: request.datasetHash,
    files: collected.files,
    rows: rows.count,
    taskKind,
    findings: inOrder(findings),
    omitted: omissions(request, taskKind, rows),
    labelJudges,
    profile: {
      labels: taskKind === 'classify' ? labelCounts(rows) : null,
      languages: mix.languages,
      tokens: tokenProfile(collected.tokens, counter),
      templateShare: templates.share,
    },
    approximations: [
      ...labelJudges.flatMap(one => (one.judge === 'specialist' ? [specialistText(one)] : [])),
      ...approximations(rows, collected.near.limitedRows, taskKind),
    ],
    tookMs: performance.now() - began,
  };
}

function inOrder(findings: readonly (AuditFinding | null)[]): AuditFinding[] {
  return findings
    .filter(found => found !== null)
    .sort((a, b) => auditSeverities.indexOf(a.severity) - auditSeverities.indexOf(b.severity));
}

function omissions(request: AuditRequest, taskKind: Audit['taskKind'], rows: AuditRows): Audit['omitted'] {
  const omitted: Audit['omitted'] = [];
  const leave = (kind: Audit['omitted'][number]['kind'], reason: string) => omitted.push({ kind, reason });
  if (new Set(request.sources.map(({ split }) => split)).size === 1)
    leave('leak', 'only one split was given; name the test rows with --test FILE');
  if (taskKind === 'generate') leave('conflict', 'one input may have several right texts');
  if (taskKind !== 'classify') leave('label-noise', 'the targets are no labels');
  else if (request.trainedJudge === null && !hasLabelsToTell(rows))
    leave('label-noise', `fewer than two labels have ${minimumRowsToJudge} rows`);
  if (request.traffic === null)
    leave('uncovered-traffic', 'no captured inputs were given; name them with --traffic FILE or --captures');
  if (request.contextTokens === null)
    leave('too-long', 'the context of the model is not known; give --context-tokens');
  return omitted;
}

/** Whether there are labels that a model could tell apart. */
function hasLabelsToTell(rows: AuditRows): boolean {
  return labelCounts(rows).filter(({ rows: count }) => count >= minimumRowsToJudge).length >= 2;
}

function approximations(rows: AuditRows, limitedRows: number, taskKind: Audit['taskKind']): string[] {
  const said: string[] = [];
  const most = (count: number) => rowsText(count);
  if (rows.cutTexts > 0)
    said.push(`Of ${most(rows.cutTexts)} only the beginning and the end were held in memory.`);
  if (limitedRows > 0)
    said.push(`${most(limitedRows)} have so many similar rows that not all of them were compared.`);
  if (taskKind === 'classify' && rows.count > maximumLearnt)
    said.push(
      `Labels are judged by a model that learnt from ${most(maximumLearnt)}; it has not seen the rows it judges.`,
    );
  if (rows.count > maximumRowsTold)
    said.push(`Languages are told on ${most(maximumRowsTold)}, evenly spread.`);
  if (rows.count > maximumClustered)
    said.push(`Coverage is looked at on ${most(maximumClustered)}, evenly spread.`);
  return said;
}

function noRows(sources: readonly AuditSource[], { listed }: Collected['unusable']): DataError {
  const files = sources.map(({ file }) => file).join(', ');
  const [first] = listed;
  const why = first === undefined ? '' : `; ${first.file} line ${first.line}: ${first.reason}`;
  return new DataError(
    'audit-no-rows',
    `No row of ${files} can be read as an input with a target${why}`,
    'Correct the rows, or name their columns under data.fields of stepdown.yaml, or with --input and --output.',
    { details: { files: sources.map(({ file }) => file) } },
  );
}

function interrupted(): InterruptedError {
  return new InterruptedError(
    'interrupted',
    'The audit was stopped',
    'Run the same command again; an audit writes nothing.',
  );
}
