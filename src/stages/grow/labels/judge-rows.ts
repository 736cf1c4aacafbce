import type { PaidWork } from '../at-once.ts';
import { dropUnanswered } from '../drop-unanswered.ts';
import type { GenerateOptions, Settled } from '../generate-options.ts';
import type { MadeRow, SetAsideCode, SetAsideMade } from '../made-row.ts';
import { nameOf } from '../paying/paid-model.ts';
import { judgeRequest, readVerdict } from './judge.ts';

/** Third step: another model looks at each row. */
export async function judgeRows(
  options: GenerateOptions,
  work: PaidWork,
  settled: readonly Settled[],
  setAside: SetAsideMade[],
): Promise<MadeRow[]> {
  const { judge, task, prompt } = options;
  if (judge === null) return settled.map(row => rowOf(options, row, null));
  const outcomes = await work.each(settled, ({ input, target }) =>
    judge.ask(judgeRequest(task, prompt, input, target)),
  );
  return outcomes.flatMap((outcome, at) => {
    const row = settled[at]!;
    const drop = (code: SetAsideCode, reason: string, target: string | null) =>
      void setAside.push({ code, reason, input: row.input, target, from: row.request.index + 1 });
    if (!('done' in outcome)) {
      dropUnanswered(outcome, drop, row.target);
      return [];
    }
    const verdict = readVerdict(outcome.done.text);
    if (verdict.right === true) {
      const cost = outcome.done.usage.costUsd;
      const costUsd = row.costUsd === null || cost === null ? row.costUsd : row.costUsd + cost;
      return [rowOf(options, { ...row, costUsd }, verdict.reason)];
    }
    if (verdict.right === false) drop('judged-wrong', verdict.reason, row.target);
    else drop('judge-unusable', `the judge's answer cannot be read: ${verdict.reason}`, row.target);
    return [];
  });
}

function rowOf(options: GenerateOptions, row: Settled, judged: string | null): MadeRow {
  const { request, input, target, agreement, samples, costUsd, at } = row;
  const { judge, teacher, promptHash } = options;
  return {
    input,
    target,
    provenance: {
      kind: 'generated',
      teacher: nameOf(teacher),
      promptHash,
      at,
      seeds: request.seeds.map(({ id }) => id),
      document: request.passage && { file: request.passage.file, page: request.passage.page },
      intendedLabel: request.intendedLabel,
      samples,
      agreement,
      judge: judge === null || judged === null ? null : { ...nameOf(judge), reason: judged },
      probability: null,
      tokens: null,
      labelProbabilities: null,
      costUsd,
    },
  };
}
