import type { TrainProgress } from '../../core/trainer.ts';

/** One live line: where training stands and how long it still takes. */
export function progressLine(progress: TrainProgress): string {
  return [
    `step ${progress.step}/${progress.totalSteps}`,
    `epoch ${progress.epoch.toFixed(1)}`,
    `loss ${progress.loss.toFixed(3)}`,
    `${Math.round(progress.tokensPerSecond)} tok/s`,
    `${(progress.memoryBytes / 1e9).toFixed(1)} GB`,
    `${duration(progress.etaSeconds)} left`,
  ].join(' · ');
}

/** Minutes and seconds, e.g. `1:05`. */
function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
