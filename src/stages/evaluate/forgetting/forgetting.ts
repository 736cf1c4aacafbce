import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { answerExamples } from '../../../answering/index.ts';
import type { ChatModel } from '../../../core/chat-model.ts';
import type { Forgetting } from '../../../core/evaluation.ts';
import type { Example } from '../../../core/example.ts';
import type { Answer } from '../../../core/metric.ts';
import type { IntervalOptions } from '../../../metrics/index.ts';
import { clusterBootstrapMean } from '../../../stats/bootstrap/cluster-bootstrap.ts';
import { pairedBootstrap } from '../../../stats/bootstrap/paired-bootstrap.ts';

const probeSchema = z.object({
  name: z.string(),
  version: z.number().int(),
  questions: z.array(
    z.object({
      id: z.string(),
      question: z.string(),
      choices: z.array(z.string()).min(2),
      answer: z.number().int().nonnegative(),
    }),
  ),
});
/** General multiple-choice questions, shipped with their notice in `probe.NOTICE`. */
export type Probe = z.infer<typeof probeSchema>;

/** Reads the shipped probe: the first `rows` of its fixed, shuffled order. */
export async function readProbe(rows: number): Promise<Probe> {
  const text = await readFile(new URL('./probe.data.json', import.meta.url), 'utf8');
  const probe = probeSchema.parse(JSON.parse(text));
  return { ...probe, questions: probe.questions.slice(0, rows) };
}

/**
 * Probability that a model gives to the right choice of each question, among the choices; 0 where it fails.
 * A model is asked as any untuned model would be, without an instruction.
 */
export async function answerProbe(
  model: ChatModel,
  probe: Probe,
  signal: AbortSignal,
  onAnswered: (questions: number) => void,
): Promise<number[]> {
  const scores: number[] = [];
  for (const { id, question, choices, answer } of probe.questions) {
    const example: Example = {
      id,
      messages: [{ role: 'user', content: question }],
      target: choices[answer]!,
      references: [],
      group: null,
      source: { file: 'probe.data.json', line: scores.length + 1 },
    };
    const given: Answer[] = await answerExamples({
      model,
      task: { kind: 'classify', labels: choices },
      prompt: { instruction: '', system: null, maxAnswerTokens: 1 },
      examples: [example],
      mode: 'specialist',
      signal,
    });
    scores.push(given[0]?.probabilities?.[answer] ?? 0);
    onAnswered(scores.length);
  }
  return scores;
}

/**
 * What the specialist lost of the base's general ability: mean probability of the right choice, paired by question.
 * Probabilities show a loss long before the answers of a small model, many of which are guesses, change. Where the
 * interval of the base reaches down to chance, the probe says little: nothing that was known can be seen to be lost.
 */
export function measureForgetting(
  probe: Probe,
  base: readonly number[],
  specialist: readonly number[],
  options: IntervalOptions,
): Forgetting {
  const chances = probe.questions.map(({ choices }) => 1 / choices.length);
  const chance = chances.reduce((sum, share) => sum + share, 0) / chances.length;
  const known = clusterBootstrapMean(base, options);
  return {
    probe: `${probe.name} v${probe.version}: probability of the right choice`,
    base: known,
    specialist: clusterBootstrapMean(specialist, options),
    delta: pairedBootstrap(specialist, base, options).difference,
    chance,
    informative: known.low > chance,
  };
}
