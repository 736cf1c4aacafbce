import { sha256 } from '../../../core/hash.ts';
import { meaningOf } from '../same-answer.ts';
import type { Arm } from './rollout-state.ts';

/** Requests that are remembered. */
const kept = 20_000;

/** What was answered to a request, and by whom. */
interface Answered {
  readonly arm: Arm;
  /** Hash of what the answer says; null without a text. */
  readonly meaning: string | null;
}

/**
 * Who answered the newest 20,000 requests of a canary, until they are rated: of each the first verdict counts, so that
 * no client's second thoughts count twice.
 */
export class AnsweredRequests {
  readonly #byId = new Map<string, Answered>();

  add(id: string, arm: Arm, answer: string | null): void {
    this.#byId.set(id, { arm, meaning: answer === null ? null : sha256(meaningOf(answer)) });
    if (this.#byId.size > kept) this.#byId.delete(this.#byId.keys().next().value!);
  }

  /**
   * Takes a verdict.
   * @returns whose answer it is about and whether that was bad; null where the request is not known or nothing was said
   */
  rated(
    id: string,
    { correctAnswer, rating }: { readonly correctAnswer: string | null; readonly rating: -1 | 0 | 1 | null },
  ): { readonly arm: Arm; readonly bad: boolean } | null {
    const answered = this.#byId.get(id);
    if (answered === undefined || (correctAnswer === null && (rating ?? 0) === 0)) return null;
    this.#byId.delete(id);
    const corrected = correctAnswer !== null && sha256(meaningOf(correctAnswer)) !== answered.meaning;
    return { arm: answered.arm, bad: corrected || rating === -1 };
  }
}
