import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Example } from '../../core/example.ts';
import type { Answer } from '../../core/metric.ts';
import type { Progress } from '../../core/stage.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import type { TaskMetric } from '../../metrics/index.ts';
import type { MeasuredSize } from '../../stats/learning-curve/resample-curve.ts';
import { cellOf } from './cells.ts';
import type { CurvePlan } from './plan.ts';

/** Rows of one training. */
export interface SpecialistTraining {
  readonly train: readonly Example[];
  /** Chooses the epoch; never scored. */
  readonly validation: readonly Example[];
  /** Asked after the training. */
  readonly heldOut: readonly Example[];
  /** Absolute path of a folder of this training's own; an interrupted training continues in it. */
  readonly folder: string;
}

/** Trains a specialist and asks it, whatever stands behind. */
export interface SpecialistSeam {
  readonly title: string;
  /** Answers to the held-out rows, in their order. */
  answers(training: SpecialistTraining): Promise<readonly Answer[]>;
}

/** Halvings of the training rows: four sizes are the fewest that leave a residual, and cost two full trainings. */
const sizes = 4;
const validationShare = 0.1;
/** Rows asked after each training, at most: they cost time, and 500 tell a score to within 0.04. */
const mostAsked = 500;

/** Trains the specialist on a half, a quarter and an eighth of the rows and on all, scored on the same held-out rows. */
export async function measureSpecialist(
  specialist: SpecialistSeam,
  rows: readonly Example[],
  plan: CurvePlan,
  metric: TaskMetric,
  options: { readonly workDir: string; readonly progress: Progress; readonly signal: AbortSignal },
): Promise<MeasuredSize[]> {
  const [holdOut] = plan.holdOuts;
  if (holdOut === undefined) return [];
  const asked = holdOut.heldOut.slice(0, mostAsked);
  const pick = (indices: readonly number[]) => indices.map(row => rows[row]!);
  const forValidation = Math.ceil(holdOut.trainable.length * validationShare);
  const validation = pick(holdOut.trainable.slice(-forValidation));
  const trainable = holdOut.trainable.slice(0, -forValidation);
  const measured: MeasuredSize[] = [];
  for (let halvings = sizes - 1; halvings >= 0; halvings--) {
    options.signal.throwIfAborted();
    const size = Math.round(trainable.length / 2 ** halvings);
    if (size < 1) continue;
    options.progress.say(`Specialist on ${size} rows (${sizes - halvings} of ${sizes})`);
    const folder = join(options.workDir, `specialist-${size}`);
    const file = join(folder, 'held-out-answers.json');
    let answers = await readAnswers(file);
    if (answers === null) {
      answers = await specialist.answers({
        train: pick(trainable.slice(0, size)),
        validation,
        heldOut: pick(asked),
        folder,
      });
      await writeFileAtomic(file, JSON.stringify(answers));
    }
    measured.push({ rows: size, cells: [cellOf(metric, rows, asked, answers)] });
  }
  return measured;
}

/** Answers of an earlier, interrupted measurement; null where this size was not finished. */
async function readAnswers(file: string): Promise<readonly Answer[] | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as readonly Answer[];
  } catch {
    return null;
  }
}
