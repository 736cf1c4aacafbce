/** Stands for what is no token: the places before an answer, and its end. */
const outside = -1;

/** The tokens before a position, which say what will stand there. */
function before(answer: readonly number[], position: number): number[] {
  return [position - 3, position - 2, position - 1].map(one => answer[one] ?? outside);
}

/** A draft ends where it would hold with less than this probability: evaluating a wrong token costs time too. */
const leastProbability = 0.8;

/** Tokens of one draft at most. */
const longestDraft = 16;

/** Contexts remembered at most, some 20 MB. */
const mostContexts = 65_536;

/**
 * Guesses how an answer goes on from how earlier answers of the same model did, so that several tokens of it can be
 * checked in one decode call. Answers to one narrow task are much alike: labels, keys of a record, phrases of a
 * template. Guesses change the time an answer takes, never the answer: every token is still the model's own choice.
 * Speculative decoding (Leviathan et al. 2023, arXiv:2211.17192) whose draft is retrieved (He et al. 2024, "REST",
 * arXiv:2311.08252), here from an n-gram table that learns while serving.
 */
export class AnswerDrafts {
  readonly #following = new Map<string, Map<number, number>>();

  /** Contexts that it knows. */
  get size(): number {
    return this.#following.size;
  }

  /** Learns from an answer that the model itself ended; the token that ended it is not part of it. */
  learn(answer: readonly number[]): void {
    for (const [position, token] of [...answer, outside].entries()) {
      const following = this.#open(before(answer, position).join());
      following.set(token, (following.get(token) ?? 0) + 1);
    }
  }

  /** Likely next tokens of an answer that began so, at most `room` of them; none where nothing is likely enough. */
  draft(answer: readonly number[], room: number): number[] {
    let context = before(answer, answer.length);
    const drafted: number[] = [];
    for (let probability = 1; drafted.length < Math.min(room, longestDraft); ) {
      const likeliest = this.#likeliest(context);
      if (likeliest === null || likeliest.token === outside) break;
      probability *= likeliest.probability;
      if (probability < leastProbability) break;
      drafted.push(likeliest.token);
      context = [...context.slice(1), likeliest.token];
    }
    return drafted;
  }

  #open(context: string): Map<number, number> {
    const known = this.#following.get(context);
    if (known !== undefined) return known;
    if (this.#following.size >= mostContexts) this.#following.clear();
    const opened = new Map<number, number>();
    this.#following.set(context, opened);
    return opened;
  }

  #likeliest(context: readonly number[]): { token: number; probability: number } | null {
    let [token, most, seen] = [outside, 0, 0];
    for (const [one, count] of this.#following.get(context.join()) ?? []) {
      seen += count;
      if (count > most) [token, most] = [one, count];
    }
    // One more that went otherwise: what was seen once or twice is no rule yet.
    return most === 0 ? null : { token, probability: most / (seen + 1) };
  }
}
