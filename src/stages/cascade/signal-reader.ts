import type { Signals } from '../../core/cascade.ts';
import { inputText, type Message } from '../../core/example.ts';
import type { Task } from '../../core/task.ts';
import { openSimilarityIndex } from '../../text/similarity-index.ts';
import type { CascadeCalibration } from './calibration.ts';
import { type AnswerEvidence, signalsOf } from './signals/signals.ts';
import { createValidity } from './signals/validity.ts';

/** A local answer as an engine gave it. */
export interface LocalAnswer extends AnswerEvidence {
  readonly text: string;
}

/** Reads what a policy decides from off an answer. */
export interface SignalReader {
  /**
   * @param messages of the request, as the specialist got them but for its own system message
   */
  read(
    messages: readonly Message[],
    answer: LocalAnswer,
  ): { readonly signals: Signals; readonly valid: boolean | null };
}

/**
 * Opens the similarity index and compiles the schema once; reading is then quick and keeps nothing.
 *
 * @param calibration null before there is one: similarity is then null
 * @throws DataError `similarity-index-invalid` | ConfigError `schema-too-large` | `schema-invalid`
 */
export function createSignalReader(
  task: Task,
  calibration: Pick<CascadeCalibration, 'scope'> | null,
): SignalReader {
  const validity = createValidity(task);
  const index = calibration?.scope ? openSimilarityIndex(calibration.scope.index) : null;
  return {
    read(messages, answer) {
      const similarity = index ? index.nearest(inputText({ messages: [...messages] })) : null;
      return { signals: signalsOf(task.kind, answer, similarity), valid: validity(answer.text) };
    },
  };
}
