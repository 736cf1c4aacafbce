import type { Config } from '../../config/schema.ts';
import type { RemoteModelSpec } from '../../core/chat-model.ts';
import { ConfigError } from '../../core/errors/index.ts';
import {
  checkTerms,
  openRequestJournal,
  PaidModel,
  Purse,
  refuseTeacherAsJudge,
  requireAccepted,
  type TermsCheck,
} from '../../stages/grow/index.ts';
import { remoteSpec } from '../serving.ts';
import type { Workspace } from '../workspace.ts';

/** The models that are paid, opened. */
export interface PaidModels {
  readonly teacher: PaidModel;
  readonly judge: PaidModel | null;
  readonly terms: TermsCheck;
  readonly purse: Purse;
  readonly budgetUsd: number | null;
}

/**
 * Opens teacher and judge for some work, with one journal and one purse for both.
 * @throws ConfigError `large-missing` | `key-missing` | `judge-is-teacher` | `teacher-terms` | `price-missing`
 */
export async function withPaidModels<Result>(
  workspace: Workspace,
  config: Config,
  options: {
    readonly budgetUsd?: number;
    readonly acceptTerms: boolean;
    readonly withJudge: boolean;
  },
  work: (models: PaidModels) => Promise<Result>,
): Promise<Result> {
  const { large, grow } = config;
  if (large === null)
    throw new ConfigError(
      'large-missing',
      'No large model is configured, so that nothing can be asked of it',
      'Describe it under `large` in stepdown.yaml: baseUrl, model, apiKeyEnv, price.',
    );
  const teacherSpec = remoteSpec('large', large, workspace);
  const judgeSpec =
    grow.judge === null || !options.withJudge ? null : remoteSpec('grow.judge', grow.judge, workspace);
  if (judgeSpec) refuseTeacherAsJudge(teacherSpec, judgeSpec);
  const terms = checkTerms(teacherSpec);
  warnOfTerms(workspace, terms);
  requireAccepted(terms, options.acceptTerms);
  const budgetUsd = options.budgetUsd ?? grow.budgetUsd;
  if (budgetUsd !== null) requirePrices([teacherSpec, judgeSpec]);
  const purse = new Purse(budgetUsd);
  const journal = await openRequestJournal(workspace.inside('work', 'grow', 'requests.jsonl'));
  const opened: PaidModel[] = [];
  const closing: (() => Promise<void>)[] = [() => journal.close()];
  const open = async (spec: RemoteModelSpec) => {
    const model = await (await workspace.tools()).engine.open(spec);
    closing.unshift(() => model.close());
    const paid = new PaidModel({
      model,
      identity: { baseUrl: spec.baseUrl, model: spec.model },
      price: spec.price,
      journal,
      purse,
      signal: workspace.options.signal,
      now: Date.now,
    });
    opened.push(paid);
    return paid;
  };
  try {
    const teacher = await open(teacherSpec);
    const judge = judgeSpec && (await open(judgeSpec));
    return await work({ teacher, judge, terms, purse, budgetUsd });
  } finally {
    for (const close of closing) await close();
  }
}

function requirePrices(specs: readonly (RemoteModelSpec | null)[]): void {
  const unpriced = specs.find(spec => spec !== null && spec.price === null);
  if (!unpriced) return;
  throw new ConfigError(
    'price-missing',
    `A budget cannot be kept for ${unpriced.model}, whose price is not known`,
    'Give its price in stepdown.yaml (input and output, in US dollars per million tokens), or leave the budget out.',
  );
}

/** Known terms are shown whatever they say; no answer is bought before they were. */
function warnOfTerms(workspace: Workspace, check: TermsCheck): void {
  const { progress } = workspace.options;
  const about = `Training on answers of ${check.model} (${check.host})`;
  if (check.training === 'unknown')
    progress.say(`Warning: ${about}: the terms are not known. Read them before you train on its answers.`);
  else if (check.training === 'allowed') progress.say(`${about} is allowed, as far as is known.`);
  else
    progress.say(
      check.training === 'conditions'
        ? `Warning: ${about} is allowed on conditions:`
        : `WARNING: ${about} may be FORBIDDEN to you (${check.training}):`,
    );
  for (const { title, summary, url, restsOn } of check.terms)
    progress.say(`  ${title} (${restsOn}): ${summary} ${url}`);
}
