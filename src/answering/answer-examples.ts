import { basename, join } from 'node:path';
import type { ChatModel, TokenLogprob } from '../core/chat-model.ts';
import { InterruptedError, StepdownError, UpstreamError } from '../core/errors/index.ts';
import type { Example } from '../core/example.ts';
import { hashJson } from '../core/hash.ts';
import { type Answer, answerWithoutModel } from '../core/metric.ts';
import type { SecondOpinionKind } from '../core/second-opinion.ts';
import { answerSchema, type Prompt, type Task } from '../core/task.ts';
import { writeJsonLines } from '../files/jsonl.ts';
import { alternativesFor } from './alternatives.ts';
import { journalPath, openJournal } from './answer-journal.ts';
import { instructedMessages, specialistMessages } from './messages.ts';
import { askAgain } from './second-opinion.ts';

export interface AnswerOptions {
  readonly model: ChatModel;
  readonly task: Task;
  readonly prompt: Prompt;
  readonly examples: readonly Example[];
  /** Solved examples shown first; `instructed` only. */
  readonly shots?: readonly Example[];
  /** A specialist gets the bare input; an untuned model the instruction, and the labels or the schema. */
  readonly mode: 'specialist' | 'instructed';
  /**
   * Keep answers inside the labels (by scoring them) or the schema where the model can; default true.
   * Without it a model writes freely and must hit the label or the schema by itself.
   */
  readonly constrained?: boolean;
  /** Keep the log-probability of every generated token with the answer; default false, as they are many. */
  readonly keepTokens?: boolean;
  /** Ask the model again about each answer; default null, not to. */
  readonly secondOpinion?: SecondOpinionKind | null;
  /** Rows asked at once; default 1, which keeps latencies honest. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** JSONL of answers; its journal lets interrupted work go on. Absent: kept in memory only. */
  readonly answersFile?: string;
  /** Folder of the journal, for answers that several runs share; default: beside the answers. */
  readonly journalDir?: string;
}

/**
 * Puts every example to a model. A row on which the model fails becomes an answer with its error, in its place.
 *
 * @returns one answer an example, in their order
 * @throws InterruptedError (answers so far are in the journal) | ConfigError | PrerequisiteError
 *   | UpstreamError `every-row-failed` | PrerequisiteError `disk-full`
 */
export async function answerExamples(options: AnswerOptions): Promise<Answer[]> {
  const { examples, answersFile, journalDir, signal } = options;
  const beside = answersFile && journalDir ? join(journalDir, basename(answersFile)) : answersFile;
  const journal = beside ? await openJournal(journalPath(beside, answersKey(options))) : null;
  try {
    const answers: (Answer | undefined)[] = examples.map(({ id }) => journal?.known.get(id));
    const waiting = examples.map((_, row) => row).filter(row => !answers[row]);
    let done = examples.length - waiting.length;
    const worker = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        stopIfAborted(signal);
        const answer = await answerRow(options, examples[row]!);
        answers[row] = answer;
        await journal?.append(answer);
        options.onProgress?.(++done, examples.length);
      }
    };
    const workers = Array.from({ length: Math.max(1, options.concurrency ?? 1) }, () =>
      worker().catch(error => {
        // The other workers finish the row they have; nobody begins another.
        waiting.length = 0;
        throw error;
      }),
    );
    const ended = await Promise.allSettled(workers);
    const broken = ended.find(end => end.status === 'rejected');
    if (broken) throw broken.reason;
    const complete = answers as Answer[];
    refuseIfAllFailed(complete, options.model.info.id);
    if (answersFile) await writeJsonLines(answersFile, complete);
    return complete;
  } finally {
    await journal?.close();
  }
}

/** Hash over everything that answers depend on, besides the inputs of the run as a whole. */
export function answersKey(options: AnswerOptions): string {
  const { model, task, prompt, mode, constrained = true, shots = [], keepTokens = false } = options;
  const tokens = keepTokens ? { keepTokens } : {};
  const opinion = options.secondOpinion ? { secondOpinion: options.secondOpinion } : {};
  // Answers from before records came in the order of their targets are asked again.
  const order = task.kind === 'extract' ? { properties: 'canonical' } : {};
  return hashJson({
    model: model.info.id,
    task,
    prompt,
    mode,
    constrained,
    shots,
    ...tokens,
    ...opinion,
    ...order,
  });
}

async function answerRow(options: AnswerOptions, example: Example): Promise<Answer> {
  const began = performance.now();
  try {
    return await withOpinion(options, example, await ask(options, example));
  } catch (error) {
    stopIfAborted(options.signal, error);
    if (error instanceof StepdownError && ['interrupted', 'usage', 'prerequisite'].includes(error.category))
      throw error;
    const what = error instanceof StepdownError ? `${error.code}: ${error.message}` : String(error);
    return answerWithoutModel(example.id, '', performance.now() - began, what);
  }
}

async function withOpinion(options: AnswerOptions, example: Example, answer: Answer): Promise<Answer> {
  const { model, task, prompt, secondOpinion: kind, signal } = options;
  if (!kind) return answer;
  const secondOpinion = await askAgain(model, kind, task, {
    messages: messagesFor(options, example),
    text: answer.text,
    maxTokens: prompt.maxAnswerTokens,
    jsonSchema: options.constrained === false ? null : answerSchema(task),
    ...(signal ? { signal } : {}),
  });
  return { ...answer, secondOpinion };
}

function messagesFor({ mode, task, prompt, shots }: AnswerOptions, example: Example) {
  return mode === 'specialist'
    ? specialistMessages(prompt, example)
    : instructedMessages(task, prompt, example, shots);
}

async function ask(options: AnswerOptions, example: Example): Promise<Answer> {
  const { model, task, prompt, constrained = true } = options;
  const messages = messagesFor(options, example);
  const signal = options.signal ? { signal: options.signal } : {};

  if (task.kind === 'classify' && constrained && model.info.supports.score) {
    const { best, probabilities, usage, latencyMs } = await model.score({
      messages,
      labels: task.labels,
      ...signal,
    });
    const confidence = probabilities[task.labels.indexOf(best)];
    if (confidence === undefined || probabilities.length !== task.labels.length)
      throw new UpstreamError(
        'scores-invalid',
        `${model.info.id} scored ${probabilities.length} labels of ${task.labels.length}, best "${best}"`,
        'Report this with the engine and model in use.',
      );
    return answerOf(example, best, usage, latencyMs, confidence, probabilities);
  }
  const jsonSchema = constrained && model.info.supports.jsonSchema ? answerSchema(task) : null;
  const { text, usage, latencyMs, logprobs } = await model.generate({
    messages,
    maxTokens: prompt.maxAnswerTokens,
    temperature: 0,
    seed: 0,
    ...(options.keepTokens && model.info.supports.logprobs ? { topLogprobs: alternativesFor(task) } : {}),
    ...(jsonSchema === null ? {} : { jsonSchema }),
    ...signal,
  });
  const answer = answerOf(example, text, usage, latencyMs, null, null);
  if (!options.keepTokens || logprobs === null) return answer;
  const kept = ({ token, logprob, top }: TokenLogprob) =>
    top.length === 0 ? { token, logprob } : { token, logprob, top };
  return { ...answer, tokens: logprobs.map(kept) };
}

function answerOf(
  example: Example,
  text: string,
  usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly costUsd: number | null;
  },
  latencyMs: number,
  confidence: number | null,
  probabilities: readonly number[] | null,
): Answer {
  const { promptTokens, completionTokens, costUsd } = usage;
  const counts = { promptTokens, completionTokens, costUsd };
  return { exampleId: example.id, text, confidence, probabilities, latencyMs, ...counts, error: null };
}

function stopIfAborted(signal: AbortSignal | undefined, cause?: unknown): void {
  if (!signal?.aborted) return;
  throw new InterruptedError(
    'interrupted',
    'Stopped while asking a model; the answers so far are kept',
    'Run the same command again: it asks only the rows that are left.',
    { cause },
  );
}

/** A model that answers nothing at all is out of order, not bad: scoring it 0 would mislead. */
function refuseIfAllFailed(answers: readonly Answer[], model: string): void {
  if (answers.length === 0 || answers.some(answer => answer.error === null)) return;
  throw new UpstreamError(
    'every-row-failed',
    `${model} failed on all ${answers.length} rows; the first: ${answers[0]!.error}`,
    'Check that the model is reachable and loaded, then run the same command again.',
  );
}
