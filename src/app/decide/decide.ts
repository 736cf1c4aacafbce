import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type LoadedAnswers, loadAnswers, loadAnswersSection } from '../../config/answers/load-answers.ts';
import { loadPrices } from '../../config/answers/load-prices.ts';
import { configFileName } from '../../config/load.ts';
import type { DatasetManifest } from '../../core/dataset.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import { type LearningCurves, learningCurvesSchema } from '../../core/learning-curve.ts';
import type { TrainResult } from '../../core/trainer.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import {
  decide,
  type Evidence,
  noEvidence,
  pricesOver,
  resolveSituation,
} from '../../stages/decide/index.ts';
import type { EvaluateResult } from '../../stages/evaluate/index.ts';
import type { SpecialistResult } from '../../stages/specialist/index.ts';
import type { DecideOptions, StageName, WrittenDecision } from '../app.ts';
import { machineFacts } from '../machine/machine.ts';
import { isTestSetApproved } from '../review/test-approval.ts';
import type { Workspace } from '../workspace.ts';
import { calibratedCascade } from './cascade-evidence.ts';
import { trafficOfCaptures, trafficOfLog } from './traffic-evidence.ts';
import type { MeasuredTraffic } from './views.ts';

/**
 * Decides from answers and from what the workspace has measured. Nothing is downloaded, nothing is written but the
 * report, and a workspace that has measured nothing, or none at all, will do.
 *
 * @throws ConfigError `answers-missing` | `answers-invalid` | `answers-contradict` | `currency-rate-missing` |
 *   `alias-with-log` | `alias-not-captured` | `log-format-unknown` | `log-file-missing` | `prices-missing` | `prices-invalid` | `rows-file-missing`; DataError
 *   `log-empty` | `audit-no-rows`, and what the readers of rows throw
 */
export async function decideFromAnswers(
  workspace: Workspace,
  { answersFile, reportFile, dataFile, pricesFile, ...traffic }: DecideOptions,
): Promise<WrittenDecision> {
  const { answers, placeOf } =
    answersFile === undefined ? await answersOf(workspace) : await loadAnswers(answersFile);
  const dir = answersFile === undefined ? workspace.dir : dirname(answersFile);
  const { prices } = answers.incumbent;
  const priced = pricesFile ?? (prices === undefined ? null : resolve(dir, prices));
  const evidence = await withRows(workspace, await evidenceFor(workspace, traffic), dataFile);
  const situation = resolveSituation(answers, evidence, {
    placeOf,
    today: new Date(),
    prices: pricesOver(priced === null ? [] : await loadPrices(priced)),
  });
  const decision = decide(situation);
  if (reportFile === undefined) return decision;
  // Drawing takes a library that a decision alone does without.
  const { decisionDocumentData, decisionPage } = await import('../../stages/decide/document/index.ts');
  await writeFileAtomic(reportFile, decisionPage(decisionDocumentData(basename(dir), situation, decision)));
  return { ...decision, report: reportFile };
}

/**
 * What is known without asking.
 * @throws ConfigError `alias-with-log` | `alias-not-captured` | `log-format-unknown` | `log-file-missing`; DataError
 *   `log-empty`
 */
export async function evidenceFor(
  workspace: Workspace,
  { logFile, alias }: MeasuredTraffic,
): Promise<Evidence> {
  if (logFile !== undefined && alias !== undefined)
    throw new ConfigError(
      'alias-with-log',
      'An alias names captures of the gateway, and the traffic of a log is measured in their place',
      'Leave --alias out, or --log.',
    );
  const measured = await evidenceOf(workspace);
  const traffic =
    logFile === undefined
      ? await trafficOfCaptures(workspace, alias ?? null)
      : await trafficOfLog(logFile, workspace.options.signal);
  return { ...measured, traffic };
}

/** The evidence with that of labelled rows, where they are to be looked at. */
async function withRows(
  workspace: Workspace,
  evidence: Evidence,
  file: string | null | undefined,
): Promise<Evidence> {
  if (file === undefined) return evidence;
  // An audit loads much that a decision without rows does without.
  const { rowsEvidence } = await import('./rows-evidence.ts');
  const data = await rowsEvidence(workspace, file);
  // A file that was named is the data in question, whatever was frozen before.
  return { ...evidence, data, labelledRows: data.complete ? null : evidence.labelledRows };
}

/** The answers in stepdown.yaml. @throws ConfigError `answers-missing` | `answers-invalid` */
async function answersOf(workspace: Workspace): Promise<LoadedAnswers> {
  const found = await loadAnswersSection(join(workspace.dir, configFileName));
  if (found !== null) return found;
  throw new ConfigError(
    'answers-missing',
    'There are no answers to decide from',
    'Name a file with --answers, write a `decide` section into stepdown.yaml, or run it in a terminal, where it asks; docs/guide/decide.md has answers to begin with.',
  );
}

/** What the workspace knows besides its traffic: configured prices, frozen rows, the last evaluation, and this machine. */
async function evidenceOf(workspace: Workspace): Promise<Evidence> {
  const { cores, memoryBytes, gpuMemoryBytes } = await machineFacts();
  const machine = { cores, memoryBytes, gpuMemoryBytes };
  if (!existsSync(join(workspace.dir, configFileName))) return { ...noEvidence, machine };
  const config = await workspace.config();
  const price = config.large?.price ?? null;
  const configured: Evidence = {
    ...noEvidence,
    machine,
    taskKind: config.task.kind,
    largePrice: price && { ...price, cachedInput: price.cachedInput ?? price.input },
  };
  // Looking must not make a database where there is none.
  if (!existsSync(workspace.inside('stepdown.db'))) return configured;
  const runs = await workspace.runs();
  const latest = async <Result>(stage: StageName | 'curve') => {
    const record = await runs.latest(stage);
    return record === null ? null : { id: record.id, result: record.result as Result };
  };
  const data = await latest<DatasetManifest>('data');
  const train = await latest<TrainResult>('train');
  const evaluate = await latest<EvaluateResult>('evaluate');
  const specialist = await latest<SpecialistResult>('specialist');
  const curve = await latest<LearningCurves>('curve');
  const parameters = specialist?.result.manifest.base.parameters ?? train?.result.parameters ?? null;
  return {
    ...configured,
    labelledRows: data && Object.values(data.result.splits).reduce((sum, split) => sum + split.rows, 0),
    training: train && { seconds: train.result.seconds, device: train.result.device },
    parametersBillions: parameters && parameters / 1e9,
    cascade: await calibratedCascade(workspace),
    evaluation: evaluate && (await evaluated(workspace, evaluate, data?.result ?? null)),
    learningCurve: curve && curveOf(curve, data?.result.hash ?? null),
  };
}

/** The curve, unless it was measured on another dataset than there is now, or by a version that wrote it otherwise. */
function curveOf(
  { id, result }: { readonly id: string; readonly result: LearningCurves },
  datasetHash: string | null,
): Evidence['learningCurve'] {
  const parsed = learningCurvesSchema.safeParse(result);
  if (!parsed.success) return null;
  if (datasetHash !== null && parsed.data.source.datasetHash !== datasetHash) return null;
  return { runId: id, ...parsed.data };
}

async function evaluated(
  workspace: Workspace,
  { id, result: { evaluation } }: { readonly id: string; readonly result: EvaluateResult },
  manifest: DatasetManifest | null,
): Promise<Evidence['evaluation']> {
  return qualityOf(id, evaluation, await isTestSetApproved(workspace, evaluation.datasetHash, manifest));
}

/** What an evaluation says of the specialist, the large model and the best system without a language model. */
function qualityOf(runId: string, evaluation: Evaluation, testSetApproved: boolean): Evidence['evaluation'] {
  const metric = evaluation.primaryMetric;
  const system = (id: string) => evaluation.systems.find(candidate => candidate.id === id);
  const specialist = system('specialist');
  const score = specialist?.metrics[metric];
  if (specialist === undefined || score === undefined) return null;
  const against = (reference: string | undefined) =>
    evaluation.comparisons.find(
      candidate =>
        candidate.system === 'specialist' && candidate.reference === reference && candidate.metric === metric,
    )?.difference ?? null;
  const floor = evaluation.systems
    .filter(candidate => candidate.role === 'floor' && candidate.metrics[metric] !== undefined)
    .sort((a, b) => b.metrics[metric]!.value - a.metrics[metric]!.value)[0];
  return {
    runId,
    testRows: evaluation.testRows,
    testSetApproved,
    metric,
    specialist: score,
    large: system('large')?.metrics[metric] ?? null,
    againstLarge: against('large'),
    floor: floor === undefined ? null : { title: floor.title, estimate: floor.metrics[metric]! },
    againstFloor: against(floor?.id),
    noLanguageModelNeeded: evaluation.findings.some(({ code }) => code === 'no-language-model-needed'),
    latencyMs: specialist.latencyMs?.p50 ?? null,
    tokensPerSecond: specialist.tokensPerSecond,
    memoryBytes: specialist.memoryBytes,
    quantizationDelta: evaluation.quantizations.find(({ picked }) => picked)?.delta ?? null,
  };
}
