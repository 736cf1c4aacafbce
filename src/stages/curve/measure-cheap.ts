import { type Example, inputText } from '../../core/example.ts';
import { answerWithoutModel } from '../../core/metric.ts';
import type { Progress } from '../../core/stage.ts';
import type { CheapFloor } from '../../floors/cheap-floor.ts';
import type { TaskMetric } from '../../metrics/index.ts';
import type { MeasuredSize } from '../../stats/learning-curve/resample-curve.ts';
import { cellOf } from './cells.ts';
import type { CurvePlan } from './plan.ts';

/** Trains the cheap model at every size and for every way of holding rows out, and scores it. */
export async function measureCheap(
  floor: CheapFloor,
  rows: readonly Example[],
  plan: CurvePlan,
  metric: TaskMetric,
  options: { readonly seed: number; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<MeasuredSize[]> {
  const work = plan.sizes.reduce((sum, size) => sum + size, 0) * plan.holdOuts.length;
  let done = 0;
  const measured: MeasuredSize[] = [];
  for (const size of plan.sizes) {
    const cells = [];
    for (const { heldOut, trainable } of plan.holdOuts) {
      options.progress.update(`${floor.title} on ${size} rows`, done / work);
      // Fitting holds the thread: what came in meanwhile, such as Ctrl-C, gets its turn here.
      await new Promise(resolve => setImmediate(resolve));
      options.signal.throwIfAborted();
      const fitted = floor.fit(
        trainable.slice(0, size).map(row => rows[row]!),
        options.seed,
      );
      const answers = heldOut.map(row => {
        const example = rows[row]!;
        return answerWithoutModel(example.id, fitted.answer(inputText(example)), 0);
      });
      cells.push(cellOf(metric, rows, heldOut, answers));
      done += size;
    }
    measured.push({ rows: size, cells });
  }
  return measured;
}
