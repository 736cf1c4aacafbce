import type { Message } from '../../../core/example.ts';
import type { SecondOpinion } from '../../../core/second-opinion.ts';
import type { Answerer, AnswerRecord, ServeAnswer, ServeRequest } from '../answerer.ts';
import type { FairQueue } from './fair-queue.ts';
import { bareInput, type InputRule } from './input-rule.ts';
import type { LocalAnswer, LocalQuestion, LocalSpecialist } from './local-specialist.ts';
import { ReadAhead } from './read-ahead.ts';
import { costOf, LocalReply } from './wire/local-reply.ts';
import { type LocalRequest, noSignals, readLocalRequest, type SignalNeeds } from './wire/local-request.ts';

export interface SpecialistAnswererOptions {
  /** Closed with the answerer. */
  readonly specialist: LocalSpecialist;
  /** One for all models of this process, which share its cores; one of its own for a model that servers run. */
  readonly queue: FairQueue;
  /** Whether the model could answer now; default always. */
  readonly available?: () => boolean;
  /** Default: the last user message alone. */
  readonly input?: InputRule;
  /** Milliseconds since 1970-01-01 UTC; for tests. */
  readonly now?: () => number;
}

/** A whole local answer of which nothing has been given out yet. */
export interface LocalAttempt {
  /** What the specialist was shown, but for its own system message. */
  readonly messages: readonly Message[];
  /** The answer of the first choice. */
  readonly answer: LocalAnswer;
  /** What it said when asked again; absent where that was not needed. */
  readonly secondOpinion?: SecondOpinion | undefined;
  /** What the answers cost, and what asking again did, in US dollars; null where no price is known. */
  readonly costUsd: number | null;
  readonly opinionCostUsd: number | null;
  /** The same as the client would get it. */
  readonly text: string;
  /** Writes the answer as the client asked for it, streamed or whole. */
  respond(): ServeAnswer;
}

export interface SpecialistAnswerer extends Answerer {
  readonly kind: 'specialist';
  /**
   * Answers wholly, for a decision whether the answer is given out. What it cost is in the attempt; what one that fails
   * half way cost is booked by `request.spend`.
   * @param signal ends the attempt and frees its sequence at once
   * @param needs what signals are computed from
   * @throws DataError where the specialist cannot answer this request | AccessError `queue-full` |
   *   InterruptedError `request-cancelled`
   */
  attempt(request: ServeRequest, signal: AbortSignal, needs: SignalNeeds): Promise<LocalAttempt>;
}

/** Answers an alias with an owned specialist. */
export function createSpecialistAnswerer(options: SpecialistAnswererOptions): SpecialistAnswerer {
  const { specialist, queue, input = bareInput, now = Date.now } = options;
  const inFlight = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  /** Holds a slot of the queue while the work goes on. */
  const inSlot = <Result>(request: ServeRequest, signal: AbortSignal, work: () => Promise<Result>) => {
    const running = queue.run(`${request.keyId ?? ''} ${request.alias}`, signal, work);
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    inFlight.add(settled);
    void settled.then(() => inFlight.delete(settled));
    return running;
  };

  const replyTo = (request: ServeRequest, local: LocalRequest) =>
    new LocalReply(request, local, specialist, Math.floor(now() / 1000));

  async function attempt(request: ServeRequest, signal: AbortSignal, needs: SignalNeeds) {
    const local = readLocalRequest(specialist, input, request, signal, needs);
    const known = new Map<LocalQuestion, LocalAnswer>();
    const { answers, asked } = await inSlot(request, signal, async () => {
      try {
        const given = await answerAll(specialist, local.questions, known);
        const [question] = local.questions;
        if (needs.secondOpinion === null) return { answers: given, asked: null };
        const again = await specialist.secondOpinion(needs.secondOpinion, question!, given[0]!.text);
        return { answers: given, asked: again };
      } catch (error) {
        request.spend?.(costOf([...known.values()]) ?? 0);
        throw error;
      }
    });
    const reply = replyTo(request, local);
    return {
      messages: local.input,
      answer: answers[0]!,
      secondOpinion: asked?.opinion,
      costUsd: costOf(answers),
      opinionCostUsd: asked?.costUsd ?? null,
      text: reply.show(answers[0]!.text),
      respond: () => (request.stream ? reply.replay(answers) : reply.whole(answers)),
    };
  }

  async function stream(request: ServeRequest): Promise<ServeAnswer> {
    const left = new AbortController();
    const signal = AbortSignal.any([request.signal, left.signal]);
    const local = readLocalRequest(specialist, input, request, signal, noSignals);
    const reply = replyTo(request, local);
    const record: AnswerRecord = reply.record(null);
    const queued = async function* () {
      const leave = await queue.enter(`${request.keyId ?? ''} ${request.alias}`, signal);
      try {
        yield* reply.live(record);
      } finally {
        leave();
      }
    };
    const body = new ReadAhead(queued(), () => left.abort());
    const ended = body.ended();
    inFlight.add(ended);
    void ended.then(() => inFlight.delete(ended));
    // A failure before the first piece still has a status of its own.
    await body.ready();
    return reply.streamed(body, record);
  }

  return {
    kind: 'specialist',
    attempt,
    async answer(request) {
      if (request.stream) return stream(request);
      return (await attempt(request, request.signal, noSignals)).respond();
    },
    available: () => closing === null && (options.available?.() ?? true),
    close() {
      closing ??= Promise.all(inFlight).then(() => specialist.close());
      return closing;
    },
  };
}

/** One answer a question, each distinct question asked once; `known` has those that came before a failure. */
async function answerAll(
  specialist: LocalSpecialist,
  questions: readonly LocalQuestion[],
  known: Map<LocalQuestion, LocalAnswer>,
): Promise<LocalAnswer[]> {
  for (const question of new Set(questions)) known.set(question, await specialist.answer(question));
  return questions.map(question => known.get(question)!);
}
