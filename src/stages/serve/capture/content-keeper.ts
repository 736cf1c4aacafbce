import type { Capture, ContentPolicy, Feedback } from '../../../core/capture.ts';
import type { Redactor } from '../../../redaction/redactor.ts';

/** The parts of a capture that hold what people wrote and models answered. */
export type CaptureContent = Pick<Capture, 'messages' | 'answer' | 'localAnswer' | 'largeAnswer'>;

/** Most text of one capture that is kept, in UTF-16 units; what is beyond could not be learnt from anyway. */
export const maxContentLength = 1 << 20;

const nothing: CaptureContent = { messages: null, answer: null, localAnswer: null, largeAnswer: null };

/** What is kept of a capture's content under a policy. Nothing else may decide what is written down. */
export function keptContent(
  content: CaptureContent,
  policy: ContentPolicy,
  redactor: Redactor,
): CaptureContent {
  if (policy === 'none') return nothing;
  const redact = policy === 'redacted' ? redactor.begin() : (text: string) => text;
  let left = maxContentLength;
  const keep = (text: string): string => {
    const kept = shortened(text, left);
    left -= Math.min(left, text.length);
    return redact(kept);
  };
  const keepAnswer = (text: string | null): string | null => (text === null ? null : keep(text));
  // The answers first: without them a long conversation would be worth nothing.
  const answer = keepAnswer(content.answer);
  const localAnswer = keepAnswer(content.localAnswer);
  const largeAnswer = keepAnswer(content.largeAnswer);
  const messages =
    content.messages === null
      ? null
      : content.messages.map(({ role, content: text }) => ({ role, content: keep(text) }));
  return { messages, answer, localAnswer, largeAnswer };
}

/** What is kept of feedback under the policy of the alias that it is about. */
export function keptFeedback(feedback: Feedback, policy: ContentPolicy, redactor: Redactor): Feedback {
  const { answer } = keptContent({ ...nothing, answer: feedback.correctAnswer }, policy, redactor);
  return { ...feedback, correctAnswer: answer };
}

function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}[${text.length - length} characters left out]`;
}
