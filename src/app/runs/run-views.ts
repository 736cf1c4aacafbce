import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { Answer } from '../../core/metric.ts';
import type { RunRecord } from '../../core/run-record.ts';
import { readJsonLines } from '../../files/jsonl.ts';
import { isFile } from '../../files/path-kind.ts';
import { metricsFor } from '../../metrics/index.ts';
import type { EvaluateResult } from '../../stages/evaluate/index.ts';
import { compareSystems } from '../../stages/evaluate/systems/compare-systems.ts';
import type { Measured } from '../../stages/evaluate/systems/measured.ts';
import { readDatasetManifest } from '../../store/dataset-splits.ts';
import { openTestSplit } from '../../store/test-split.ts';
import type { RunComparison } from '../app.ts';
import type { Workspace } from '../workspace.ts';
import { absolute } from './run-stage.ts';

/**
 * One run, by its id or the beginning of it.
 * @throws ConfigError `run-unknown` | `run-ambiguous`
 */
export async function findRun(workspace: Workspace, id: string): Promise<RunRecord> {
  const runs = await workspace.allRuns();
  const found = runs.filter(record => record.id.startsWith(id));
  const exact = found.find(record => record.id === id);
  const [first, ...others] = exact ? [exact] : found;
  if (first && others.length === 0) return first;
  const candidates = (first ? found : runs).map(record => record.id);
  throw new ConfigError(
    first ? 'run-ambiguous' : 'run-unknown',
    first ? `${candidates.length} runs begin with "${id}"` : `There is no run "${id}" in this workspace`,
    'List the runs with `stepdown runs list`.',
    { details: { given: id, candidates } },
  );
}

/** Two runs of one stage: parameters that differ and, for evaluations, metrics paired on the same test rows. */
export async function compareRuns(
  workspace: Workspace,
  first: string,
  second: string,
): Promise<RunComparison> {
  const [a, b] = [await findRun(workspace, first), await findRun(workspace, second)];
  if (a.stage !== b.stage) {
    throw new ConfigError(
      'runs-of-different-stages',
      `${a.id} is a run of ${a.stage}, ${b.id} of ${b.stage}`,
      'Name two runs of one stage; see `stepdown runs list --stage NAME`.',
    );
  }
  const parameters = differing(a.parameters, b.parameters);
  const [resultA, resultB] = [evaluationOf(a), evaluationOf(b)];
  if (!resultA || !resultB) return { a, b, parameters, metrics: [], unpaired: null };

  const specialist = (result: EvaluateResult) =>
    result.evaluation.systems.find(system => system.id === 'specialist');
  const paired = await pairedDifferences(workspace, a, b, resultA, resultB);
  const names = Object.keys(resultA.evaluation.metricDescriptions);
  return {
    a,
    b,
    parameters,
    metrics: names.map(name => {
      const comparison = typeof paired === 'string' ? undefined : paired.get(name);
      return {
        name,
        a: specialist(resultA)?.metrics[name] ?? null,
        b: specialist(resultB)?.metrics[name] ?? null,
        difference: comparison?.difference ?? null,
        pValue: comparison?.pValue ?? null,
      };
    }),
    unpaired: typeof paired === 'string' ? paired : null,
  };
}

function evaluationOf(record: RunRecord): EvaluateResult | null {
  return record.stage === 'evaluate' && record.status === 'completed'
    ? (record.result as EvaluateResult)
    : null;
}

/** b minus a by metric, or why the rows cannot be paired. */
async function pairedDifferences(
  workspace: Workspace,
  a: RunRecord,
  b: RunRecord,
  resultA: EvaluateResult,
  resultB: EvaluateResult,
) {
  if (resultA.evaluation.datasetHash !== resultB.evaluation.datasetHash) {
    return 'The runs were evaluated on different datasets.';
  }
  const dataset = b.inputs.find(input => input.kind === 'dataset');
  if (!dataset) return 'The run does not say which dataset it used.';
  const gone = 'The answers of one of the runs are gone.';
  const answersOf = ({ evaluation, file }: EvaluateResult) => {
    const system = evaluation.systems.find(candidate => candidate.id === 'specialist');
    return system && { system, path: join(dirname(absolute(workspace.dir, file)), system.answersFile) };
  };
  const [ownA, ownB] = [answersOf(resultA), answersOf(resultB)];
  if (!(ownA && ownB && (await isFile(ownA.path)) && (await isFile(ownB.path)))) return gone;
  const dir = absolute(workspace.dir, dataset.path);
  if (!existsSync(dir)) return 'The dataset of the runs is gone.';
  const { task } = await readDatasetManifest(dir);
  const examples = await openTestSplit(dir);
  const measured = async (
    record: RunRecord,
    { system, path }: NonNullable<ReturnType<typeof answersOf>>,
  ): Promise<Measured | null> => {
    const answers = new Map<string, Answer>();
    for await (const answer of readJsonLines<Answer>(path)) answers.set(answer.exampleId, answer);
    if (examples.some(example => !answers.has(example.id))) return null;
    return { ...system, id: record.id, examples, answers: examples.map(example => answers.get(example.id)!) };
  };
  const [measuredA, measuredB] = [await measured(a, ownA), await measured(b, ownB)];
  if (!measuredA || !measuredB) return gone;
  const options = { confidence: 0.95, resamples: 2000, seed: 0 };
  return new Map(
    metricsFor(task).map(metric => [metric.name, compareSystems(metric, measuredB, measuredA, options)]),
  );
}

/** Leaves that differ, by dotted key; a list is one leaf. */
function differing(a: unknown, b: unknown, prefix = ''): { key: string; a: unknown; b: unknown }[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    return keys.flatMap(key => differing(a[key], b[key], prefix === '' ? key : `${prefix}.${key}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ key: prefix, a: a ?? null, b: b ?? null }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
