import type { CascadePolicy, EscalationReason, PolicyDecision, Signals } from '../../../core/cascade.ts';
import type { LabelScores, TokenLogprob } from '../../../core/chat-model.ts';
import { DataError } from '../../../core/errors/index.ts';
import type { Message } from '../../../core/example.ts';
import type { SecondOpinion, SecondOpinionKind } from '../../../core/second-opinion.ts';
import type { Answerer, Escalation, ServeAnswer, ServeRequest } from '../answerer.ts';
import { tellBodyEnd } from '../body-end.ts';
import { sameAnswer } from '../same-answer.ts';
import { deadline } from './deadline.ts';
import type { LocalAttempt, SpecialistAnswerer } from './specialist-answerer.ts';
import { usesTools } from './wire/tool-use.ts';

/** What signals are computed from. */
export interface SignalInput {
  /** As the specialist was shown them, but for its own system message. */
  readonly messages: readonly Message[];
  readonly text: string;
  readonly scores: LabelScores | null;
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly secondOpinion?: SecondOpinion | undefined;
}

export interface CascadeAnswererOptions {
  /** Closed with the cascade, as is `large`. */
  readonly specialist: SpecialistAnswerer;
  readonly large: Answerer;
  readonly policy: CascadePolicy;
  /** What is known of a local answer; the same code as in the simulation. */
  readonly signals: (input: SignalInput) => Signals | Promise<Signals>;
  /** Alternatives a token that the signals need of a generated answer; null where they need none. */
  readonly signalLogprobs: number | null;
  /** How the specialist is asked again about its answer, as when it was calibrated; default null, not at all. */
  readonly secondOpinion?: SecondOpinionKind | null;
  /** A local answer that takes longer is escalated as too slow, in milliseconds. */
  readonly localDeadlineMs: number;
  /** Told whether specialist and large model agree, once an audit sample was answered by both. */
  readonly onAudited?: (agree: boolean) => void;
  /** Uniform in [0, 1). Default `Math.random`. */
  readonly draw?: () => number;
}

/** Result of the local side: an answer, or why there is none. */
type Local =
  | { readonly attempt: LocalAttempt; readonly failure: null }
  | { readonly attempt: null; readonly failure: EscalationReason };

/**
 * Asks the specialist first and the large model where the policy says so, with the request as it came. The local
 * answer is complete before its first byte is given out; an escalated stream is passed through. What the specialist's
 * servers charge is spent whichever answer is given, and where none is.
 */
export function createCascadeAnswerer(options: CascadeAnswererOptions): Answerer {
  const { specialist, large, policy, draw = Math.random } = options;

  async function askLocally(request: ServeRequest): Promise<Local> {
    if (usesTools(request.body)) return { attempt: null, failure: 'out-of-scope' };
    const limit = deadline(request.signal, Math.min(options.localDeadlineMs, request.timeoutMs));
    try {
      const { signalLogprobs: logprobs, secondOpinion = null } = options;
      const needs = { logprobs, allLabels: true, secondOpinion };
      const attempt = await specialist.attempt(request, limit.signal, needs);
      return { attempt, failure: null };
    } catch (error) {
      // Nobody is left to answer.
      if (request.signal.aborted) throw error;
      if (limit.passed()) return { attempt: null, failure: 'too-slow' };
      // What the specialist was not made for (tools, images, a longer input) is no failure of its.
      return { attempt: null, failure: error instanceof DataError ? 'out-of-scope' : 'specialist-failed' };
    } finally {
      limit.clear();
    }
  }

  async function decide(local: Local): Promise<PolicyDecision> {
    const { attempt, failure } = local;
    if (failure === 'out-of-scope') return { route: 'large', reason: failure, confidence: null };
    const chance = draw();
    if (attempt === null) {
      const known = failure === 'too-slow' ? failure : 'specialist-failed';
      return policy.decide({ signals: {}, valid: null, failure: known, draw: chance });
    }
    const { secondOpinion } = attempt;
    const { text, scores, logprobs, valid } = attempt.answer;
    try {
      const signals = await options.signals({
        messages: attempt.messages,
        text,
        scores,
        logprobs,
        secondOpinion,
      });
      return policy.decide({ signals, valid, failure: null, draw: chance });
    } catch {
      // An answer of which nothing can be said is as good as none.
      return policy.decide({ signals: {}, valid, failure: 'specialist-failed', draw: chance });
    }
  }

  async function escalate(
    request: ServeRequest,
    { reason, confidence }: PolicyDecision,
    attempt: LocalAttempt | null,
    sinceMs: number,
  ): Promise<ServeAnswer> {
    const timeoutMs = Math.max(1, request.timeoutMs - (performance.now() - sinceMs));
    const escalation: Escalation = { reason, confidence, localAnswer: attempt?.text ?? null };
    request.escalating?.(escalation);
    const answer = await large.answer({ ...request, timeoutMs });
    Object.assign(answer.record, escalation);
    if (reason !== 'audit-sample') return answer;
    return tellBodyEnd(answer, request.signal, end => {
      const { answer: given, localAnswer } = answer.record;
      if (end !== 'whole' || answer.status >= 400 || given === null || localAnswer === null) return;
      options.onAudited?.(sameAnswer(localAnswer, given));
    });
  }

  return {
    kind: 'cascade',
    async answer(request) {
      const since = performance.now();
      const local = await askLocally(request);
      const decision = await decide(local);
      const { attempt } = local;
      const spend = (costUsd: number | null | undefined) => request.spend?.(costUsd ?? 0);
      spend(attempt?.opinionCostUsd);
      const give = (found: LocalAttempt) => {
        const answer = found.respond();
        answer.record.confidence = decision.confidence;
        return answer;
      };
      if (decision.route === 'local' && attempt !== null) return give(attempt);
      // The audit is ours, not the client's: the local answer was good enough to be given out.
      const spare = decision.reason === 'audit-sample' ? attempt : null;
      try {
        const answer = await escalate(request, decision, attempt, since);
        if (spare === null || answer.status < 400) {
          spend(attempt?.costUsd);
          return answer;
        }
        await discard(answer);
      } catch (error) {
        if (spare === null || request.signal.aborted) {
          spend(attempt?.costUsd);
          throw error;
        }
      }
      return give(spare);
    },
    available: () => specialist.available() || large.available(),
    async close() {
      await Promise.all([specialist.close(), large.close()]);
    },
  };
}

/** Lets go of an answer that nobody will read. */
async function discard({ body }: ServeAnswer): Promise<void> {
  if (!Buffer.isBuffer(body)) await body[Symbol.asyncIterator]().return?.(undefined);
}
