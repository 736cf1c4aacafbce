import type { TrainProgress } from '../../core/trainer.ts';

/**
 * One live line: where training stands, what is wanted first before what a narrow terminal cuts off. Whoever shows it
 * adds the share that is done and the time that is left.
 */
export function progressLine(progress: TrainProgress): string {
  return [
    `loss ${progress.loss.toFixed(3)}`,
    `${Math.round(progress.tokensPerSecond)} tok/s`,
    `${(progress.memoryBytes / 1e9).toFixed(1)} GB`,
    `epoch ${progress.epoch.toFixed(1)}`,
    `step ${progress.step}/${progress.totalSteps}`,
  ].join(' · ');
}
