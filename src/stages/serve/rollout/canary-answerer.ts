import { StepdownError } from '../../../core/errors/index.ts';
import type { Answerer, AnswerRecord, ServeAnswer } from '../answerer.ts';
import { tellBodyEnd } from '../body-end.ts';
import { sameAnswer } from '../same-answer.ts';
import { AnsweredRequests } from './answered-requests.ts';
import type { Rollout } from './rollout.ts';
import type { Arm } from './rollout-state.ts';

export interface CanaryAnswererOptions {
  /** What is tried out: a cascade on `incumbent`. Closed with this answerer, and closes the incumbent itself. */
  readonly canary: Answerer;
  /** What answered before: the large model. */
  readonly incumbent: Answerer;
  readonly rollout: Pick<Rollout, 'arm' | 'observe'>;
  /** Uniform in [0, 1). Default `Math.random`. */
  readonly draw?: () => number;
}

/**
 * Gives the canary its share of the requests and tells the rollout how each one ended, so that a bad canary is
 * taken back by itself. Of the canary's answers only the audit sample is compared with the large model: requests
 * that were escalated for another reason are the hard ones. What clients say counts for whoever answered, whichever
 * model that was.
 */
export function createCanaryAnswerer(options: CanaryAnswererOptions): Answerer {
  const { canary, incumbent, rollout, draw = Math.random } = options;
  const answered = new AnsweredRequests();

  function compare(arm: Arm, { reason, answer, localAnswer }: AnswerRecord): void {
    if (arm !== 'canary' || reason !== 'audit-sample' || answer === null || localAnswer === null) return;
    rollout.observe({ arm, signal: 'disagreement', bad: !sameAnswer(localAnswer, answer) });
  }

  return {
    kind: 'cascade',
    async answer(request) {
      const arm = rollout.arm(draw());
      let answer: ServeAnswer;
      try {
        answer = await (arm === 'canary' ? canary : incumbent).answer(request);
      } catch (error) {
        if (!request.signal.aborted && isOurs(error)) rollout.observe({ arm, signal: 'failure', bad: true });
        throw error;
      }
      return tellBodyEnd(answer, request.signal, end => {
        if (end === 'left') return;
        rollout.observe({ arm, signal: 'failure', bad: end === 'broken' || answer.status >= 500 });
        if (end !== 'whole') return;
        if (answer.status < 400) answered.add(request.id, arm, answer.record.answer);
        compare(arm, answer.record);
      });
    },
    rated({ captureId, ...said }) {
      const verdict = answered.rated(captureId, said);
      if (verdict !== null) rollout.observe({ ...verdict, signal: 'negative-feedback' });
    },
    available: () => canary.available() || incumbent.available(),
    close: () => canary.close(),
  };
}

/** Whether a failure is the gateway's or its models', and not a request that nobody could answer. */
function isOurs(error: unknown): boolean {
  return !(error instanceof StepdownError) || (error.category !== 'data' && error.category !== 'usage');
}
