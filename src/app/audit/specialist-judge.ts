import { answerExamples } from '../../answering/index.ts';
import type { ChatModel } from '../../core/chat-model.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { Example, Message } from '../../core/example.ts';
import { hashJson } from '../../core/hash.ts';
import type { Answer } from '../../core/metric.ts';
import type { TrainedJudge } from '../../stages/audit/index.ts';
import { readSplit } from '../../store/dataset-splits.ts';
import { inputExample } from '../predict/input-rows.ts';
import { type FoundSpecialist, findSpecialist, openSpecialist } from '../served-specialist.ts';
import type { Workspace } from '../workspace.ts';
import { SeenInputs } from './seen-inputs.ts';
import { trainingDatasetOf } from './training-dataset.ts';

/**
 * A specialist of the workspace as a judge of labels. Its weights are opened when it is first asked; what it answers is
 * kept, so that an audit that was interrupted goes on, and one that is made again is quick.
 *
 * @param dir folder of the specialist, absolute; the newest of the workspace where null
 * @throws ConfigError `audit-specialist-missing` | `audit-specialist-no-labels` | `specialist-rows-unknown`; DataError
 * `specialist-unreadable` | `specialist-changed` | `dataset-changed`
 */
export async function specialistJudge(workspace: Workspace, dir: string | null): Promise<TrainedJudge> {
  const found = await foundSpecialist(workspace, dir);
  const { manifest } = found;
  const { task, prompt, name } = manifest;
  if (task.kind !== 'classify')
    throw new ConfigError(
      'audit-specialist-no-labels',
      `The specialist ${name} does not choose between labels (its task is ${task.kind}), so it cannot judge any`,
      'Leave out --with specialist.',
    );
  const dataset = await trainingDatasetOf(workspace, manifest);
  const seen = new SeenInputs([
    ...(await readSplit(dataset, 'train')),
    ...(await readSplit(dataset, 'validation')),
  ]);
  const { progress, signal } = workspace.options;
  const ask = (examples: readonly Example[]) =>
    withModel(workspace, found, model =>
      answerExamples({
        model,
        task,
        prompt,
        examples,
        mode: 'specialist',
        signal,
        answersFile: workspace.inside('work', `audit-${manifest.hash.slice(0, 12)}`, 'answers.jsonl'),
        onProgress: (done, total) =>
          progress.update(`labels: asking the specialist, row ${done} of ${total}`, done / total),
      }),
    );
  return judgeBy({ name: `specialist ${name}`, labels: task.labels }, seen, ask);
}

/**
 * Judges labels by the answers of a model to what it has not seen.
 * @param ask answers in the order of the examples, each input once
 */
export function judgeBy(
  { name, labels }: Pick<TrainedJudge, 'name' | 'labels'>,
  seen: SeenInputs,
  ask: (examples: readonly Example[]) => Promise<readonly Answer[]>,
): TrainedJudge {
  return {
    name,
    labels,
    hasSeen: messages => seen.has(messages),
    async probabilities(inputs) {
      const ids = inputs.map(messages => idOf(messages));
      const examples = new Map<string, Example>();
      for (const [index, messages] of inputs.entries()) {
        if (seen.has(messages)) throw new Error(`${name} is asked about a row that it was trained on`);
        examples.set(ids[index]!, inputExample(ids[index]!, [...messages], index + 1));
      }
      const answers = await ask([...examples.values()]);
      const byId = new Map(answers.map(({ exampleId, probabilities }) => [exampleId, probabilities]));
      return ids.map(id => byId.get(id) ?? null);
    },
  };
}

/** By its content, so that an answer which was kept is found whatever else is audited. */
function idOf(messages: readonly Message[]): string {
  return hashJson(messages).slice(0, 32);
}

async function foundSpecialist(workspace: Workspace, dir: string | null): Promise<FoundSpecialist> {
  if (dir !== null) return findSpecialist(workspace, dir);
  if ((await workspace.latestOrNull('specialist')) !== null) return findSpecialist(workspace, undefined);
  throw new ConfigError(
    'audit-specialist-missing',
    'This workspace has no specialist that could judge labels',
    'Make one with `stepdown run`, name its workspace with --workspace DIR, or leave out --with specialist.',
  );
}

async function withModel<Result>(
  workspace: Workspace,
  found: FoundSpecialist,
  use: (model: ChatModel) => Promise<Result>,
): Promise<Result> {
  const model = await openSpecialist(found, await workspace.runtime());
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}
