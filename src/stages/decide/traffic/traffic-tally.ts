import type { Message } from '../../../core/example.ts';
import { sha256 } from '../../../core/hash.ts';
import { wilsonInterval } from '../../../stats/proportions/wilson-interval.ts';
import { latencySummary } from '../../../stats/quantile.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { Reservoir } from '../../../stats/running/reservoir.ts';
import { RunningMean } from '../../../stats/running/running-mean.ts';
import { RunningRatio } from '../../../stats/running/running-ratio.ts';
import type { Span } from '../../../stats/running/span.ts';
import { CallRate } from './call-rate.ts';
import type { MeasuredTraffic } from './measured-traffic.ts';

/** One request of a log; what the log does not say is null. */
export interface LoggedRequest {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number | null;
  readonly messages: readonly Message[] | null;
  readonly answer: string | null;
  /** The large model that answered; null where none did, or the log does not say. */
  readonly model: string | null;
  /** Whether the local and the large model gave the same answer; null where not both were asked. */
  readonly agreed: boolean | null;
  readonly latencyMs: number | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly cachedTokens: number | null;
  readonly costUsd: number | null;
  /** What a cascade did with it: kept, escalated because it had to be (and why), or null where none was asked. */
  readonly cascade: 'local' | 'audited' | 'escalated' | 'out-of-scope' | null;
}

/** Characters of a token: customary for English, and how far other texts lie from it. */
const charactersPerToken = { few: 2.5, usual: 4, many: 5 };
const maxLatencies = 100_000;
const maxRemembered = 1_000_000;
/** More different answers than this are no labels, whatever their number. */
const maxAnswers = 10_000;

/** Reads a log once, in bounded memory, and says what it says of the traffic. */
export class TrafficTally {
  readonly #rate = new CallRate();
  readonly #input = new RunningMean();
  readonly #output = new RunningMean();
  readonly #inputCharacters = new RunningMean();
  readonly #outputCharacters = new RunningMean();
  readonly #cached = new RunningRatio();
  readonly #cost = new RunningMean();
  readonly #prefix = new RunningMean();
  readonly #latenciesMs = new Reservoir<number>(maxLatencies, createRandom(1));
  readonly #seen = new Set<string>();
  readonly #answers = new Set<string>();
  readonly #routes = { local: 0, audited: 0, escalated: 0, 'out-of-scope': 0 };
  readonly #models = new Map<string, number>();
  #audited = 0;
  #differed = 0;
  #requests = 0;
  #inputs = 0;
  #repeated = 0;
  #answered = 0;
  #before: string | null = null;

  add(request: LoggedRequest): void {
    this.#requests += 1;
    if (request.model !== null) this.#models.set(request.model, (this.#models.get(request.model) ?? 0) + 1);
    if (request.agreed !== null) {
      this.#audited += 1;
      if (!request.agreed) this.#differed += 1;
    }
    if (request.at !== null) this.#rate.add(request.at);
    if (request.promptTokens !== null) this.#input.add(request.promptTokens);
    if (request.completionTokens !== null) this.#output.add(request.completionTokens);
    if (request.cachedTokens !== null && request.promptTokens !== null)
      this.#cached.add(request.cachedTokens, request.promptTokens);
    if (request.costUsd !== null) this.#cost.add(request.costUsd * 1000);
    if (request.cascade !== null) this.#routes[request.cascade] += 1;
    if (request.latencyMs !== null) this.#latenciesMs.offer(request.latencyMs);
    if (request.messages !== null) this.#addInput(request.messages);
    if (request.answer !== null) this.#addAnswer(request.answer);
  }

  /** @param source where it was read, for sentences */
  measured(source: string): MeasuredTraffic {
    const { local, audited, escalated } = this.#routes;
    const outOfScope = this.#routes['out-of-scope'];
    const cascaded = local + audited + escalated + outOfScope;
    const tokensEstimated = this.#input.count === 0 && this.#inputs > 0;
    return {
      source,
      requests: this.#requests,
      from: this.#rate.from,
      to: this.#rate.to,
      callsPerDay: this.#rate.callsPerDay(),
      peakFactor: this.#rate.peakFactor(),
      byHour: this.#rate.byHour(),
      inputTokens: tokensEstimated ? tokensOf(this.#inputCharacters.span(1)) : this.#input.span(1),
      outputTokens:
        this.#output.count === 0 ? tokensOf(this.#outputCharacters.span(1)) : this.#output.span(1),
      tokensEstimated,
      cachedInputShare: this.#cached.shareSpan(),
      latencyMs: latencySummary(this.#latenciesMs.kept),
      costUsdPer1k: this.#cost.span(0),
      repeatedShare: this.#inputs === 0 ? null : wilsonInterval(this.#repeated, this.#inputs),
      sharedPrefixShare: this.#prefix.span(0)?.value ?? null,
      distinctAnswers: this.#answered === 0 ? null : this.#answers.size,
      model: [...this.#models].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null,
      disagreement: this.#audited === 0 ? null : wilsonInterval(this.#differed, this.#audited),
      escalatedShare: cascaded === 0 ? null : wilsonInterval(escalated + outOfScope, cascaded),
      outOfScopeShare: cascaded === 0 ? null : wilsonInterval(outOfScope, cascaded),
    };
  }

  #addInput(messages: readonly Message[]): void {
    const text = messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
    this.#inputs += 1;
    this.#inputCharacters.add(text.length);
    const key = sha256(text).slice(0, 20);
    if (this.#seen.has(key)) this.#repeated += 1;
    else if (this.#seen.size < maxRemembered) this.#seen.add(key);
    if (this.#before !== null && text.length > 0)
      this.#prefix.add(commonPrefix(this.#before, text) / text.length);
    this.#before = text;
  }

  #addAnswer(answer: string): void {
    this.#answered += 1;
    this.#outputCharacters.add(answer.length);
    if (this.#answers.size < maxAnswers) this.#answers.add(sha256(answer.trim()).slice(0, 20));
  }
}

function tokensOf(characters: Span | null): Span | null {
  if (characters === null) return null;
  const { few, usual, many } = charactersPerToken;
  const atLeastOne = (tokens: number) => Math.max(1, tokens);
  return {
    low: atLeastOne(characters.low / many),
    value: atLeastOne(characters.value / usual),
    high: atLeastOne(characters.high / few),
  };
}

/** Characters that two texts have in common from the beginning. */
function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
