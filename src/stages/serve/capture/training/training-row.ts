import type { Capture, Feedback } from '../../../../core/capture.ts';
import type { TrainingReason } from '../names.ts';

/** A target for a capture's input, or why it gives none. */
export type TrainingTarget =
  | { readonly target: string; readonly reason: TrainingReason }
  | { readonly none: 'no-content' | 'several-prompts' | 'failed' | 'cut-off' | 'rated-bad' | 'local-answer' };

/**
 * What a capture teaches. What a client says of an answer wins over any model: its correction, then its approval.
 * Else the large model's answer counts, where it was asked; the specialist's own answers teach it nothing new.
 */
export function trainingTarget(capture: Capture, feedback: readonly Feedback[]): TrainingTarget {
  if (capture.messages === null) return { none: 'no-content' };
  // Each prompt is a message, and what is kept answers the first alone.
  if (capture.endpoint === '/v1/completions' && capture.messages.length > 1)
    return { none: 'several-prompts' };
  const corrected = feedback.findLast(said => said.correctAnswer !== null);
  const last = feedback.at(-1);
  // A later bad rating takes a correction back.
  if (corrected?.correctAnswer != null && !(last !== corrected && last?.rating === -1)) {
    return { target: corrected.correctAnswer, reason: 'corrected' };
  }
  if (last?.rating === -1) return { none: 'rated-bad' };
  const { answer } = capture;
  if (capture.status < 200 || capture.status > 299) return { none: 'failed' };
  if (last?.rating === 1 && answer !== null) return { target: answer, reason: 'confirmed' };
  const large = capture.route === 'large' ? answer : capture.largeAnswer;
  if (large !== null && capture.cutOff) return { none: 'cut-off' };
  if (large === null) return { none: answer === null ? 'no-content' : 'local-answer' };
  return { target: large, reason: modelReason(capture) };
}

function modelReason(capture: Capture): TrainingReason {
  if (capture.reason === 'audit-sample') return 'audited';
  if (capture.reason !== null) return 'escalated';
  return capture.localAnswer !== null || capture.route === 'local' ? 'shadowed' : 'recorded';
}

/**
 * The label in an answer that a client asked for as JSON (`response_format`): the only text of an object, as in
 * `{"label": "Leaking"}`. Any other answer stays as it is.
 */
export function labelIn(answer: string): string {
  if (!answer.trimStart().startsWith('{')) return answer;
  try {
    const values: unknown[] = Object.values(JSON.parse(answer));
    return values.length === 1 && typeof values[0] === 'string' ? values[0] : answer;
  } catch {
    return answer;
  }
}
