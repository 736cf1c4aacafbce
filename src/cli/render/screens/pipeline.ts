import type { PipelineResult, StageSummary } from '../../../app/app.ts';
import type { TrainResult } from '../../../core/trainer.ts';
import { countText, durationText, parametersText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { table } from '../table.ts';
import { datasetSummary } from './data/data.ts';
import { evaluationScreen } from './evaluation.ts';
import { facts } from './facts.ts';

/** What a pipeline run did and what came out of it, ending in what to do next. */
export function pipelineScreen(screen: Screen, result: PipelineResult): string {
  const reached = result.stages.at(-1)?.stage;
  const blocks = [stagesTable(screen, result)];
  if (result.dataset !== null) blocks.push(datasetSummary(screen, result.dataset));
  if (result.base !== null && reached !== 'data') {
    const { id, parameters, licence } = result.base;
    blocks.push(`${screen.bold('Base')}     ${id}, ${parametersText(parameters)} parameters, ${licence}`);
  }
  if (result.train !== null) blocks.push(trainText(screen, result.train));
  if (result.evaluation !== null) blocks.push(evaluationScreen(screen, result.evaluation));
  const files = facts(screen, [
    ['specialist', result.specialistDir],
    ['report', result.report],
  ]);
  if (files !== '') blocks.push(files);
  blocks.push(`${screen.dim('Next:')} ${screen.accent(nextStep(result))}`);
  return blocks.join('\n\n');
}

function stagesTable(screen: Screen, result: PipelineResult): string {
  const drawn = table<StageSummary>(
    screen,
    [
      { title: 'STAGE', cell: stage => stage.stage },
      { title: '', cell: stage => (stage.outcome === 'ran' ? 'done' : 'unchanged') },
      {
        title: 'TOOK',
        cell: stage => (stage.outcome === 'ran' ? durationText(stage.seconds) : '-'),
        align: 'right',
      },
      { title: 'RUN', cell: stage => stage.runId, shrinkTo: 16 },
    ],
    result.stages,
  );
  return `${drawn}\n${screen.dim(`  ${durationText(result.seconds)} in all`)}`;
}

function trainText(screen: Screen, train: TrainResult): string {
  const loss =
    train.bestValidationLoss === null ? '' : `, validation loss ${train.bestValidationLoss.toFixed(3)}`;
  return [
    `${screen.bold('Training')}  ${train.method} on ${train.device} in ${train.precision}`,
    facts(screen, [
      [
        'kept',
        `epoch ${train.bestEpoch} of ${train.lossCurve.at(-1)?.epoch ?? train.bestEpoch}${loss}${train.stoppedEarly ? ' (stopped early)' : ''}`,
      ],
      [
        'trained',
        `${parametersText(train.trainableParameters)} of ${parametersText(train.parameters)} parameters`,
      ],
      [
        'speed',
        `${Math.round(train.tokensPerSecond)} tokens/s, ${durationText(train.seconds)}, ${countText(train.steps, 'step')}`,
      ],
      ['too long', train.tooLong.length === 0 ? null : `${countText(train.tooLong.length, 'row')} left out`],
    ]),
  ].join('\n');
}

/** The verb that follows from how far the pipeline went. */
function nextStep(result: PipelineResult): string {
  if (result.specialistDir !== null) return 'stepdown predict "..."';
  switch (result.stages.at(-1)?.stage) {
    case 'data':
    case 'base':
      return 'stepdown train';
    case 'train':
      return 'stepdown quantize';
    case 'quantize':
      return 'stepdown evaluate';
    default:
      return 'stepdown run';
  }
}
