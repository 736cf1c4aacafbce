import type { Example } from '../../../core/example.ts';
import type { Answer } from '../../../core/metric.ts';
import type { Task } from '../../../core/task.ts';
import type { TaskMetric } from '../../../metrics/task-metric.ts';
import type { CascadeCalibration } from '../calibration.ts';
import { createSignalReader } from '../signal-reader.ts';
import type { ScoredRow } from './rows.ts';

/** When an answer counts as right. */
export interface CorrectRule {
  readonly metric: TaskMetric;
  readonly atLeast: number;
}

/** A large model's answer to one row: measured, or recorded elsewhere. */
export interface LargeAnswer {
  readonly text: string;
  readonly costUsd: number | null;
}

export interface ScoreRowsInput {
  readonly task: Task;
  readonly correct: CorrectRule;
  readonly scope: CascadeCalibration['scope'];
  readonly examples: readonly Example[];
  /** The specialist's, in the order of the examples. */
  readonly answers: readonly Answer[];
  /** By example id; rows without one are left unknown. */
  readonly large: ReadonlyMap<string, LargeAnswer>;
}

/**
 * Answers to rows that a policy can be fitted or tried on. A row whose target the metric cannot score is left out.
 * @throws ConfigError `schema-too-large` | `schema-invalid`
 */
export function scoreRows(input: ScoreRowsInput): ScoredRow[] {
  const { task, correct, scope, examples, answers, large } = input;
  const reader = createSignalReader(task, { scope });
  const isRight = (example: Example, answer: Answer) => {
    const score = correct.metric.score(example, answer);
    return score === null ? null : score >= correct.atLeast - 1e-12;
  };
  return examples.flatMap((example, row) => {
    const answer = answers[row]!;
    const right = isRight(example, answer);
    if (right === null) return [];
    const { signals, valid } = reader.read(example.messages, {
      text: answer.text,
      probabilities: answer.probabilities,
      tokens: answer.tokens ?? null,
      secondOpinion: answer.secondOpinion,
    });
    const other = large.get(example.id);
    const largeAnswer = other && { ...answer, text: other.text, probabilities: null, error: null };
    return [
      {
        id: example.id,
        group: example.group,
        signals,
        valid,
        failed: answer.error !== null,
        correct: right,
        largeCorrect: largeAnswer ? isRight(example, largeAnswer) : null,
        largeCostUsd: other?.costUsd ?? null,
      },
    ];
  });
}
