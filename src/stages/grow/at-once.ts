import { InterruptedError, StepdownError, UpstreamError } from '../../core/errors/index.ts';
import { BudgetReached } from './paying/paid-model.ts';

/** Failed requests in a row after which the server is taken to be out of order. */
const failuresToStop = 5;

/** What became of one item. */
export type Outcome<Result> =
  | { readonly done: Result }
  | { readonly failed: UpstreamError }
  | { readonly budgetReached: true };

/**
 * Does paid work on items, several at once, and gives what came of each in their order. An item whose request fails
 * is told apart; when several in a row fail, or the key is refused, everything stops.
 * @throws UpstreamError | InterruptedError, after requests that are underway have been answered
 */
export class PaidWork {
  readonly #concurrency: number;
  #failuresInARow = 0;

  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  async each<Item, Result>(
    items: readonly Item[],
    work: (item: Item) => Promise<Result>,
  ): Promise<Outcome<Result>[]> {
    const outcomes = new Array<Outcome<Result>>(items.length);
    let next = 0;
    let stopped: unknown = null;
    const worker = async () => {
      while (next < items.length && stopped === null) {
        const at = next++;
        try {
          outcomes[at] = { done: await work(items[at]!) };
          this.#failuresInARow = 0;
        } catch (error) {
          if (error instanceof BudgetReached) outcomes[at] = { budgetReached: true };
          else if (this.#canGoOn(error)) outcomes[at] = { failed: error };
          else stopped ??= error;
        }
      }
    };
    await Promise.all(Array.from({ length: this.#concurrency }, worker));
    if (stopped !== null) throw stopped;
    return outcomes;
  }

  #canGoOn(error: unknown): error is UpstreamError {
    if (error instanceof InterruptedError || !(error instanceof StepdownError)) return false;
    if (!(error instanceof UpstreamError) || error.code === 'upstream-unauthorized') return false;
    this.#failuresInARow += 1;
    return this.#failuresInARow < failuresToStop;
  }
}
