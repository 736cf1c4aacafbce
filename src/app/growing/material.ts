import { resolve } from 'node:path';
import { chooseShots } from '../../answering/index.ts';
import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { type Example, inputText } from '../../core/example.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { promptOf } from '../../stages/data/index.ts';
import { compileJsonSchema } from '../../stages/data/rows/json-schema.ts';
import { jsonReader, labelReader, textReader } from '../../stages/data/rows/target.ts';
import type { ReadTarget, TestLikeness } from '../../stages/grow/index.ts';
import { readDatasetManifest, readSplit } from '../../store/dataset-splits.ts';
import { madeByUs } from '../foreign-file.ts';
import { artifactOf } from '../runs/artifact-of.ts';
import { absolute } from '../runs/run-stage.ts';
import type { Workspace } from '../workspace.ts';
import { isMade } from './made-file.ts';
import { testLikenessOf } from './test-likeness.ts';

/** What rows are made from and checked against. */
export interface Material {
  /** The frozen dataset, by its own hash. */
  readonly dataset: Artifact;
  readonly task: Task;
  readonly prompt: Prompt;
  /** Rows of the train split that people made; rows that a model made would breed themselves. */
  readonly train: readonly Example[];
  /** Inputs of all development splits, made rows included; not those of the file that is about to be written anew. */
  readonly knownInputs: readonly string[];
  readonly shots: readonly Example[];
  readonly readTarget: ReadTarget;
  readonly testLikeness: TestLikeness;
}

/**
 * The frozen dataset of a workspace, as far as it may be known here.
 * @param output absolute path of the rows that are made
 * @throws ConfigError `stage-not-run` | `seeds-missing`
 */
export async function materialOf(workspace: Workspace, config: Config, output: string): Promise<Material> {
  const dataset = artifactOf((await workspace.latest('data')).outputs, 'dataset');
  const dir = absolute(workspace.dir, dataset.path);
  const { task, hash } = await readDatasetManifest(dir);
  const made = new Set<string>();
  for (const { file } of config.data.sources)
    if ((await madeByUs(resolve(workspace.dir, file), isMade)) === true) made.add(file);
  const all = await readSplit(dir, 'train');
  const train = all.filter(({ source }) => !made.has(source.file));
  if (train.length === 0)
    throw new ConfigError(
      'seeds-missing',
      'Every row of the train split was made by a model, so that nothing shows what real inputs are like',
      'Add rows that people wrote to data.sources, and run `stepdown data import`.',
    );
  const others = [...(await readSplit(dir, 'validation')), ...(await readSplit(dir, 'calibration'))];
  return {
    dataset: { ...dataset, sha256: hash },
    task,
    prompt: promptOf(config.task, task),
    train,
    knownInputs: [...all, ...others]
      .filter(({ source }) => resolve(workspace.dir, source.file) !== output)
      .map(inputText),
    shots: chooseShots(train, config.grow.shots, config.grow.seed, task.kind === 'classify'),
    readTarget: targetReader(task),
    testLikeness: await testLikenessOf(dir, config.grow.maxTestSimilarity),
  };
}

/** Reads answers by the rules that import has for targets. */
function targetReader(task: Task): ReadTarget {
  const read =
    task.kind === 'classify'
      ? labelReader(task.labels)
      : task.kind === 'extract'
        ? jsonReader(compileJsonSchema(task.schema))
        : textReader;
  return text => {
    const found = read({ record: { answer: text }, column: 'answer' });
    return 'value' in found ? found : { reason: found.problem.reason };
  };
}
