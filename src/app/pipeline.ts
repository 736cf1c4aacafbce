import { approvalFinding } from '../core/test-approval.ts';
import type { PipelineOptions, PipelineResult, StageName, StageSummary } from './app.ts';
import { testSetState, warnOfLostApproval } from './review/test-approval.ts';
import { runStage, type StageTurn, type TurnOutcome } from './runs/run-stage.ts';
import {
  baseTurn,
  dataTurn,
  evaluateTurn,
  quantizeTurn,
  reportTurn,
  specialistTurn,
  trainTurn,
} from './turns/index.ts';
import type { Workspace } from './workspace.ts';

/** The pipeline: the stages in their order, each on what the earlier ones left. */
export async function runPipeline(workspace: Workspace, options: PipelineOptions): Promise<PipelineResult> {
  const began = performance.now();
  const config = await workspace.config();
  await workspace.lock();
  const runs = await workspace.runs();
  await runs.closeAbandoned(new Date());
  const summaries: StageSummary[] = [];

  const run = async <Parameters, Result>(
    turn: StageTurn<Parameters, Result>,
  ): Promise<TurnOutcome<Result>> => {
    const { progress, signal, workspaceDir } = workspace.options;
    progress.say(titles[turn.stage.name as StageName]);
    const outcome = await runStage(turn, {
      workspaceDir,
      runs,
      progress,
      signal,
      force: options.force ?? false,
    });
    if (outcome.outcome === 'unchanged') progress.say('  nothing changed');
    summaries.push({
      stage: turn.stage.name as StageName,
      runId: outcome.record.id,
      outcome: outcome.outcome,
      seconds: outcome.seconds,
      outputs: outcome.outputs,
    });
    return outcome;
  };
  const result: { -readonly [Key in keyof PipelineResult]: PipelineResult[Key] } = {
    stages: summaries,
    dataset: null,
    base: null,
    train: null,
    evaluation: null,
    testApproval: null,
    specialistDir: null,
    report: null,
    seconds: 0,
  };
  const isLast = (stage: StageName) => {
    result.seconds = (performance.now() - began) / 1000;
    return options.until === stage;
  };

  const data = await run(await dataTurn(workspace, config));
  result.dataset = data.result;
  if (data.outcome === 'ran') await warnOfLostApproval(workspace, data.result);
  if (isLast('data')) return result;

  const base = await run(await baseTurn(workspace, config));
  result.base = base.result.model;
  if (isLast('base')) return result;

  const train = await run(await trainTurn(workspace, config, data, base));
  result.train = train.result;
  if (isLast('train')) return result;

  const quantize = await run(await quantizeTurn(workspace, config, data, base, train));
  if (isLast('quantize')) return result;

  const evaluate = await run(await evaluateTurn(workspace, config, data, base, train, quantize));
  const { approval } = await testSetState(workspace, data.result);
  const measured = evaluate.result.evaluation;
  result.evaluation = { ...measured, findings: [approvalFinding(approval), ...measured.findings] };
  result.testApproval = approval;
  if (isLast('evaluate')) return result;

  const earlier = { data, base, train, quantize, evaluate };
  const specialist = await run(await specialistTurn(workspace, config, earlier));
  result.specialistDir = specialist.result.dir;
  if (isLast('specialist')) return result;

  const seconds = Object.fromEntries(summaries.map(summary => [summary.stage, summary.seconds]));
  const report = await run(await reportTurn(workspace, config, { ...earlier, specialist }, seconds));
  result.report = report.result.path;
  isLast('report');
  return result;
}

const titles: Record<StageName, string> = {
  data: 'Data: reading, checking and splitting the rows',
  base: 'Base: getting the model ready',
  train: 'Train: fine-tuning',
  quantize: 'Quantize: making and comparing smaller files',
  evaluate: 'Evaluate: measuring on the held-out rows',
  specialist: 'Specialist: packaging',
  report: 'Report: writing',
};
