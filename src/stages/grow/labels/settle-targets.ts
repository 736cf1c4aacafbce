import { instructedMessages } from '../../../answering/index.ts';
import type { PaidWork } from '../at-once.ts';
import { dropUnanswered } from '../drop-unanswered.ts';
import type { Candidate, GenerateOptions, Settled } from '../generate-options.ts';
import { isWhole, type SetAsideCode, type SetAsideMade } from '../made-row.ts';
import { agree, canStillAgree } from './agree.ts';
import { readAnswer } from './clean-answer.ts';

/** Second step: the target, by agreement of several answers. */
export async function settleTargets(
  options: GenerateOptions,
  work: PaidWork,
  candidates: readonly Candidate[],
  setAside: SetAsideMade[],
): Promise<Settled[]> {
  const { task, config } = options;
  const bound = config.minAgreement ?? (task.kind === 'generate' ? 0.4 : 0.8);
  const outcomes = await work.each(candidates, candidate => sampleTargets(options, candidate, bound));
  return outcomes.flatMap((outcome, at) => {
    const candidate = candidates[at]!;
    const { input, request } = candidate;
    const drop = (code: SetAsideCode, reason: string, target: string | null) =>
      void setAside.push({ code, reason, input, target, from: request.index + 1 });
    if (!('done' in outcome)) {
      dropUnanswered(outcome, drop, null);
      return [];
    }
    const { answers, costUsd, at: answeredAt, problem } = outcome.done;
    const agreed = agree(task.kind, answers);
    const share = agreed === null ? null : (agreed.agreement * answers.length) / config.samples;
    const agreement = task.kind === 'generate' ? (agreed?.agreement ?? null) : share;
    if (agreed === null || agreement === null || agreement < bound - 1e-9) {
      const said = agreed === null ? 'no answer leads' : `agreement ${agreement?.toFixed(2)}, below ${bound}`;
      drop(
        'no-agreement',
        problem === null ? said : `${said}; an answer could not be used: ${problem}`,
        agreed?.target ?? null,
      );
      return [];
    }
    if (request.intendedLabel !== null && agreed.target !== request.intendedLabel) {
      drop(
        'not-the-intended-label',
        `asked for "${request.intendedLabel}", answered "${agreed.target}"`,
        agreed.target,
      );
      return [];
    }
    const known = { agreement: config.samples === 1 ? null : agreement, samples: answers.length };
    return [{ ...candidate, target: agreed.target, ...known, costUsd, at: answeredAt }];
  });
}

/** Answers to one input, no more of them than can still matter. */
async function sampleTargets(
  { task, prompt, config, shots, teacher, readTarget }: GenerateOptions,
  { input }: Candidate,
  bound: number,
) {
  const messages = instructedMessages(task, prompt, { messages: [{ role: 'user', content: input }] }, shots);
  const answers: (string | null)[] = [];
  let costUsd: number | null = teacher.price === null ? null : 0;
  let at = '';
  let problem: string | null = null;
  for (let sample = 0; sample < config.samples; sample++) {
    if (task.kind !== 'generate' && !canStillAgree(answers, config.samples, bound)) break;
    const answer = await teacher.ask({
      messages,
      maxTokens: prompt.maxAnswerTokens,
      temperature: config.sampleTemperature,
      seed: sample,
      ...(task.kind === 'extract' && teacher.supportsSchema ? { jsonSchema: task.schema } : {}),
    });
    const target = isWhole(answer.finishReason)
      ? readAnswer(answer.text, task.kind, readTarget)
      : { reason: `it ended by "${answer.finishReason}"` };
    answers.push('value' in target ? target.value : null);
    if ('reason' in target) problem ??= target.reason;
    if (costUsd !== null) costUsd += answer.usage.costUsd ?? 0;
    at = answer.at;
  }
  return { answers, costUsd, at, problem };
}
