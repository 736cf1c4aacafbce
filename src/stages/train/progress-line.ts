import type { TrainProgress } from '../../core/trainer.ts';

/** One live line: where training stands. Whoever shows it adds the time that is left. */
export function progressLine(progress: TrainProgress): string {
  return [
    `step ${progress.step}/${progress.totalSteps}`,
    `epoch ${progress.epoch.toFixed(1)}`,
    `loss ${progress.loss.toFixed(3)}`,
    `${Math.round(progress.tokensPerSecond)} tok/s`,
    `${(progress.memoryBytes / 1e9).toFixed(1)} GB`,
  ].join(' · ');
}
