import { dirname, join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { type Example, inputText } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import { approvalFinding } from '../../core/test-approval.ts';
import { readJsonLines } from '../../files/jsonl.ts';
import {
  createReportStage,
  type ReportCase,
  type ReportData,
  type ReportResult,
} from '../../stages/report/index.ts';
import { openTestSplit } from '../../store/test-split.ts';
import { testSetState } from '../review/test-approval.ts';
import { artifactOf } from '../runs/artifact-of.ts';
import { absolute, type StageTurn } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import type { Measured, SpecialistOutcome } from './specialist-turn.ts';
import { datasetDir, datasetInput } from './train-turn.ts';

/** Examples of either kind in the report. */
const shownCases = 6;

/** The report on everything before it. */
export async function reportTurn(
  workspace: Workspace,
  config: Config,
  stages: Measured & { readonly specialist: SpecialistOutcome },
  seconds: Readonly<Record<string, number>>,
): Promise<StageTurn<Record<string, never>, ReportResult>> {
  const { data, evaluate, specialist } = stages;
  return {
    stage: createReportStage(() => reportData(workspace, config.name, stages, seconds)),
    parameters: {},
    inputs: [
      datasetInput(data),
      artifactOf(evaluate.outputs, 'evaluation'),
      artifactOf(specialist.outputs, 'specialist'),
      ...(await testSetState(workspace, data.result)).inputs,
    ],
  };
}

/** Gathers what the report shows. */
export async function reportData(
  workspace: Workspace,
  name: string,
  { data, train, evaluate, specialist }: Measured & { readonly specialist: SpecialistOutcome },
  seconds: Readonly<Record<string, number>>,
): Promise<ReportData> {
  const { evaluation } = evaluate.result;
  const reference = caseReference(evaluation);
  const comparison = evaluation.comparisons.find(
    candidate =>
      candidate.system === 'specialist' &&
      candidate.reference === reference &&
      candidate.metric === evaluation.primaryMetric,
  );
  const folder = dirname(absolute(workspace.dir, evaluate.result.file));
  // For display only: nothing is chosen by what is read here.
  const test = new Map(
    (await openTestSplit(datasetDir(workspace, data))).map(example => [example.id, example]),
  );
  const answersOf = async (id: string | null) => {
    const file = evaluation.systems.find(system => system.id === id)?.answersFile;
    const answers = new Map<string, string>();
    if (file === undefined) return answers;
    for await (const answer of readJsonLines<Answer>(join(folder, file)))
      answers.set(answer.exampleId, answer.text);
    return answers;
  };
  const [own, other] = [await answersOf('specialist'), await answersOf(reference)];
  const cases = (ids: readonly string[]): ReportCase[] =>
    ids.slice(0, shownCases).flatMap(id => {
      const example: Example | undefined = test.get(id);
      if (!example) return [];
      return [
        {
          id,
          input: inputText(example),
          target: example.target,
          reference: other.get(id) ?? '',
          specialist: own.get(id) ?? '',
        },
      ];
    });
  const { approval } = await testSetState(workspace, data.result);
  return {
    name,
    evaluation: { ...evaluation, findings: [approvalFinding(approval), ...evaluation.findings] },
    testApproval: approval,
    dataset: data.result,
    training: train.result,
    specialist: specialist.result.manifest,
    caseReference: comparison ? reference : null,
    won: cases(comparison?.wonIds ?? []),
    lost: cases(comparison?.lostIds ?? []),
    createdAt: specialist.result.manifest.createdAt,
    seconds,
  };
}

/** What the examples are told against: the best system without a language model, else the base. */
function caseReference(evaluation: ReportData['evaluation']): string | null {
  const value = (id: string) =>
    evaluation.systems.find(system => system.id === id)?.metrics[evaluation.primaryMetric]?.value ?? -1;
  const floors = evaluation.systems.filter(system => system.role === 'floor').map(system => system.id);
  const best = floors.sort((a, b) => value(b) - value(a))[0];
  return best ?? evaluation.systems.find(system => system.role === 'base')?.id ?? null;
}
