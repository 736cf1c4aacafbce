import { instructedMessages } from '../../answering/index.ts';
import type { GenerateRequest } from '../../core/chat-model.ts';
import { ConfigError, UpstreamError } from '../../core/errors/index.ts';
import { type Example, inputText } from '../../core/example.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { PaidWork } from './at-once.ts';
import { dropUnanswered } from './drop-unanswered.ts';
import { sameTextKey } from './inputs/known-inputs.ts';
import { answerProbability } from './labels/answer-probability.ts';
import { type ReadTarget, readAnswer } from './labels/clean-answer.ts';
import { labelProbabilities } from './labels/label-probabilities.ts';
import {
  isWhole,
  type Made,
  type Provenance,
  type SetAsideCode,
  type SetAsideMade,
  type TestLikeness,
} from './made-row.ts';
import { nameOf, type PaidModel } from './paying/paid-model.ts';
import type { PaidAnswer } from './paying/request-journal.ts';
import type { GrowConfig } from './schema.ts';

/** Inputs answered before progress is told and the budget is looked at. */
const inputsPerRound = 64;

/** A distilled row; its input may be a conversation. */
export interface DistilledRow {
  readonly messages: Example['messages'];
  readonly input: string;
  readonly target: string;
  /** Target the row had before; null where it had none. */
  readonly before: string | null;
  readonly provenance: Provenance;
}

export interface DistilOptions {
  readonly task: Task;
  readonly prompt: Prompt;
  readonly config: GrowConfig;
  /** Targets, where they have one, are not shown to the teacher. */
  readonly examples: readonly Example[];
  readonly shots: readonly Example[];
  readonly teacher: PaidModel;
  readonly readTarget: ReadTarget;
  readonly testLikeness: TestLikeness;
  /** Rows whose answer is less probable are set aside, 0..1; null keeps all. */
  readonly minProbability: number | null;
  readonly promptHash: string;
  readonly onProgress: (done: number, rows: number) => void;
}

/**
 * Answers inputs with the large model, with log-probabilities where its API gives them. Training on these rows as on
 * any others is sequence-level knowledge distillation; labels carry the teacher's probabilities as soft targets besides.
 * @throws ConfigError `logprobs-missing` where answers are to be chosen by probability and the API gives none;
 *   UpstreamError where the teacher is out of order | InterruptedError
 * @see Y. Kim, A. M. Rush, "Sequence-level knowledge distillation", EMNLP 2016
 * @see G. Hinton, O. Vinyals, J. Dean, "Distilling the knowledge in a neural network", 2015
 */
export async function distilRows(
  options: DistilOptions,
): Promise<Omit<Made, 'rows'> & { readonly rows: readonly DistilledRow[] }> {
  const { examples, config } = options;
  const rows: DistilledRow[] = [];
  const setAside: SetAsideMade[] = [];
  const work = new PaidWork(config.concurrency);
  const asking = new TokenAsking();
  const seen = new Set<string>();
  let budgetReached = false;
  let inputs = 0;
  for (let from = 0; from < examples.length && !budgetReached; from += inputsPerRound) {
    const round = examples.slice(from, from + inputsPerRound);
    inputs += round.length;
    const wanted = round.filter(example => isWanted(options, example, seen, setAside));
    const outcomes = await work.each(wanted, example => asking.ask(options, example));
    for (const [at, outcome] of outcomes.entries()) {
      const example = wanted[at]!;
      const drop = (code: SetAsideCode, reason: string, target: string | null) =>
        void setAside.push({ code, reason, input: inputText(example), target, from: example.source.line });
      if (!('done' in outcome)) dropUnanswered(outcome, drop, null);
      else {
        const row = rowOf(options, example, outcome.done, drop);
        if (row !== null) rows.push(row);
      }
    }
    budgetReached = setAside.some(({ code }) => code === 'budget-reached');
    options.onProgress(Math.min(from + inputsPerRound, examples.length), rows.length);
  }
  return { rows, setAside, inputs, budgetReached };
}

/** The request for one input. */
export function distilRequest(
  {
    task,
    prompt,
    shots,
    teacher,
    config,
  }: Pick<DistilOptions, 'task' | 'prompt' | 'shots' | 'teacher' | 'config'>,
  example: Example,
): GenerateRequest {
  return {
    messages: instructedMessages(
      task,
      prompt,
      example,
      shots.filter(shot => shot.id !== example.id),
    ),
    maxTokens: prompt.maxAnswerTokens,
    temperature: 0,
    seed: 0,
    topLogprobs: config.topLogprobs,
    ...(task.kind === 'extract' && teacher.supportsSchema ? { jsonSchema: task.schema } : {}),
  };
}

function isWanted(
  { testLikeness }: DistilOptions,
  example: Example,
  seen: Set<string>,
  setAside: SetAsideMade[],
): boolean {
  const input = inputText(example);
  const drop = (code: SetAsideCode, reason: string, shown: string | null) => {
    setAside.push({ code, reason, input: shown, target: null, from: example.source.line });
    return false;
  };
  const test = testLikeness(input);
  if (test === 'in-test-split') return drop(test, 'the test split has this input', null);
  if (test === 'near-test-split') return drop(test, 'the test split has an input much like it', null);
  const key = sameTextKey(JSON.stringify(example.messages));
  if (seen.has(key)) return drop('duplicate', 'the input came before', input);
  seen.add(key);
  return true;
}

/** Asks with log-probabilities until the server turns out to refuse them. */
class TokenAsking {
  #withTokens = true;

  async ask(options: DistilOptions, example: Example): Promise<PaidAnswer> {
    const request = distilRequest(options, example);
    const { topLogprobs: _refused, ...plain } = request;
    if (!this.#withTokens) return options.teacher.ask(plain);
    try {
      return await options.teacher.ask(request);
    } catch (error) {
      // Some servers refuse a request that asks for log-probabilities, and charge nothing for it.
      if (!(error instanceof UpstreamError) || error.code !== 'upstream-rejected') throw error;
      const answer = await options.teacher.ask(plain);
      this.#withTokens = false;
      return answer;
    }
  }
}

function rowOf(
  options: DistilOptions,
  example: Example,
  answer: PaidAnswer,
  drop: (code: SetAsideCode, reason: string, target: string | null) => void,
): DistilledRow | null {
  const { task, teacher, promptHash, minProbability } = options;
  const target = readAnswer(answer.text, task.kind, options.readTarget);
  if (!isWhole(answer.finishReason)) {
    const code = answer.finishReason === 'length' ? 'answer-cut-off' : 'teacher-refused';
    drop(code, `the answer ended by "${answer.finishReason}"`, null);
    return null;
  }
  if ('reason' in target) {
    drop('answer-unusable', target.reason, answer.text.slice(0, 200));
    return null;
  }
  const probability = answer.logprobs === null ? null : answerProbability(task.kind, answer.logprobs);
  if (minProbability !== null) {
    if (probability === null) throw logprobsMissing(teacher.id);
    if (probability < minProbability) {
      drop('unsure', `probability ${probability.toFixed(3)}, below ${minProbability}`, target.value);
      return null;
    }
  }
  return {
    messages: example.messages,
    input: inputText(example),
    target: target.value,
    before: example.target === '' ? null : example.target,
    provenance: {
      kind: 'distilled',
      teacher: nameOf(teacher),
      promptHash,
      at: answer.at,
      seeds: [],
      document: null,
      intendedLabel: null,
      samples: 1,
      agreement: null,
      judge: null,
      probability,
      tokens: answer.logprobs?.map(({ token, logprob, top }) => ({ token, logprob, top })) ?? null,
      labelProbabilities:
        task.kind === 'classify' && answer.logprobs !== null
          ? labelProbabilities(task.labels, target.value, answer.logprobs)
          : null,
      costUsd: answer.usage.costUsd,
    },
  };
}

function logprobsMissing(teacher: string): ConfigError {
  return new ConfigError(
    'logprobs-missing',
    `${teacher} gives no log-probabilities, so its answers cannot be chosen by --min-probability`,
    'Leave --min-probability out: the answers paid for are kept.',
  );
}
