import { UpstreamError } from '../../../core/errors/index.ts';
import type { Answerer } from '../answerer.ts';
import { tellBodyEnd } from '../body-end.ts';
import { sameAnswer } from '../same-answer.ts';
import { deadline } from './deadline.ts';
import type { SpecialistAnswerer } from './specialist-answerer.ts';
import { noSignals } from './wire/local-request.ts';

/** What came of asking the specialist beside the large model. */
export interface ShadowOutcome {
  readonly requestId: string;
  readonly alias: string;
  /** Null where the specialist gave no answer; `failure` is what was thrown then. */
  readonly localAnswer: string | null;
  readonly failure: unknown;
  /** Null where the large model gave no answer. */
  readonly largeAnswer: string | null;
  /** Whether both say the same; null where either gave none. */
  readonly agrees: boolean | null;
}

export interface ShadowAnswererOptions {
  /** Closed with this answerer, as is `large`. */
  readonly specialist: SpecialistAnswerer;
  readonly large: Answerer;
  /** Longest the specialist may take, in milliseconds. */
  readonly localDeadlineMs: number;
  /** Told once a request, after both have ended. */
  readonly onOutcome?: (outcome: ShadowOutcome) => void;
}

/**
 * The large model answers; the specialist is asked beside it, so that agreement is measured on real traffic
 * before anything is given out. The client never waits for the specialist and never sees its failures. What its
 * servers charge is spent for the request, whoever answers.
 */
export function createShadowAnswerer(options: ShadowAnswererOptions): Answerer {
  const { specialist, large, onOutcome = () => undefined } = options;
  const beside = new Set<Promise<void>>();
  return {
    kind: 'cascade',
    async answer(request) {
      // The client may leave, or have its answer, before the specialist has ended.
      const limit = deadline(null, options.localDeadlineMs);
      const quiet = { ...request, signal: limit.signal, stream: false };
      const asked = specialist.attempt(quiet, limit.signal, noSignals).then(
        ({ text, costUsd }) => ({ text, costUsd: costUsd ?? 0, failure: null }),
        // What came before the failure is booked by the specialist.
        (error: unknown) => ({
          text: null,
          costUsd: 0,
          failure: limit.passed() ? tooSlow(options.localDeadlineMs) : error,
        }),
      );
      void asked.then(() => limit.clear());
      request.spend?.(asked.then(({ costUsd }) => costUsd));
      let end: (largeAnswer: string | null) => void = () => undefined;
      const ended = new Promise<string | null>(resolve => {
        end = resolve;
      });
      const compared = Promise.all([asked, ended]).then(([{ text, failure }, largeAnswer]) => {
        onOutcome({
          requestId: request.id,
          alias: request.alias,
          localAnswer: text,
          failure,
          largeAnswer,
          agrees: text === null || largeAnswer === null ? null : sameAnswer(text, largeAnswer),
        });
      });
      beside.add(compared);
      void compared.finally(() => beside.delete(compared)).catch(() => undefined);
      try {
        const answer = await large.answer(request);
        // In the record where it came in time: usually, since the specialist is the faster one.
        void asked.then(({ text }) => {
          answer.record.localAnswer = text;
        });
        return tellBodyEnd(answer, request.signal, () => end(answer.record.answer));
      } catch (error) {
        end(null);
        throw error;
      }
    },
    available: () => large.available(),
    async close() {
      await large.close();
      await Promise.allSettled(beside);
      await specialist.close();
    },
  };
}

function tooSlow(deadlineMs: number): UpstreamError {
  return new UpstreamError(
    'specialist-too-slow',
    `The specialist gave no answer within ${deadlineMs} ms`,
    'Raise `localDeadlineMs` of this alias, or give the specialist more cores.',
  );
}
