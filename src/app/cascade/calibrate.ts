import { answerExamples } from '../../answering/index.ts';
import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import { hashJson } from '../../core/hash.ts';
import type { Answer } from '../../core/metric.ts';
import type { SecondOpinionKind } from '../../core/second-opinion.ts';
import { hashPath } from '../../files/hash-file.ts';
import {
  type CascadeParameters,
  type CascadeResult,
  createCascadeStage,
  type LargeAnswer,
  readLargeAnswers,
} from '../../stages/cascade/index.ts';
import { readDatasetManifest, readSplit } from '../../store/dataset-splits.ts';
import type { CalibrateOptions, CascadeCalibrationView } from '../app.ts';
import { absolute, runStage } from '../runs/run-stage.ts';
import { type FoundSpecialist, findSpecialist } from '../served-specialist.ts';
import { largeSpec } from '../serving.ts';
import type { Workspace } from '../workspace.ts';
import { givesLogprobs, inThisProcess, type LocalSide, localSideOfAlias } from './local-side.ts';

/** Fits the cascade of a specialist on the calibration split of the dataset it was trained on. */
export async function calibrateCascade(
  workspace: Workspace,
  options: CalibrateOptions,
): Promise<CascadeCalibrationView> {
  await workspace.lock();
  const config = await workspace.config();
  const side =
    options.alias === undefined ? inThisProcess(config) : localSideOfAlias(workspace, config, options.alias);
  const found = await findSpecialist(workspace, options.specialist ?? folderOf(workspace, config, options));
  const dataset = await datasetOf(workspace, found);
  const { manifest } = found;
  const large = await largeOf(workspace, config, options.largeAnswers);
  const { secondOpinion, concurrency } = config.cascade;
  const { progress, signal } = workspace.options;
  const parameters: CascadeParameters = {
    config: config.cascade,
    task: manifest.task,
    specialist: { name: manifest.name, hash: manifest.hash },
    datasetHash: manifest.lineage.datasetHash,
    servers: side.servers,
  };
  const ask = async (examples: readonly Example[]) => {
    const logprobs =
      side.servers === null ||
      examples.length === 0 ||
      (await givesLogprobs(side, found, examples[0]!, signal));
    const opinion = secondOpinion === 'auto' ? (logprobs ? 'none' : 'agreement') : secondOpinion;
    if (!logprobs)
      progress.say(
        `The server gives no log-probabilities${opinion === 'none' ? '' : `; confidence comes from ${opinion}`}.`,
      );
    return answerLocally(workspace, found, 'calibration', examples, {
      side,
      logprobs,
      concurrency,
      secondOpinion: opinion === 'none' ? null : opinion,
    });
  };
  const stage = createCascadeStage({
    readSplit: name => readSplit(dataset.dir, name),
    answerLocally: ask,
    answerLarge: examples => large.answer(examples, 'calibration', concurrency),
  });
  const { result, outcome, record } = await runStage(
    {
      stage,
      parameters,
      recorded: {
        cascade: config.cascade,
        large: large.recorded,
        ...(side.servers === null ? {} : { servers: side.servers }),
      },
      inputs: [
        dataset.input,
        { kind: 'specialist', path: manifest.name, sha256: manifest.hash, sizeBytes: 0 },
        ...large.inputs,
      ],
      seeds: { cascade: config.cascade.seed },
    },
    {
      workspaceDir: workspace.dir,
      runs: await workspace.runs(),
      progress,
      signal,
      force: options.force ?? false,
    },
  );
  const { scope, ...calibration } = (result as CascadeResult).calibration;
  return {
    file: (result as CascadeResult).file,
    runId: record.id,
    outcome,
    calibration: { ...calibration, scope: scope && { threshold: scope.threshold, share: scope.share } },
  };
}

/**
 * The frozen dataset that a specialist was trained on.
 * @throws ConfigError `specialist-of-other-data` | `stage-not-run`
 */
export async function datasetOf(
  workspace: Workspace,
  { manifest }: FoundSpecialist,
): Promise<{ readonly dir: string; readonly input: Artifact }> {
  const { outputs } = await workspace.latest('data');
  const [folder] = outputs;
  if (!folder) throw new Error('the data stage left no dataset');
  const dir = absolute(workspace.dir, folder.path);
  const { hash } = await readDatasetManifest(dir);
  if (hash === manifest.lineage.datasetHash) return { dir, input: { ...folder, sha256: hash } };
  throw new ConfigError(
    'specialist-of-other-data',
    `Specialist ${manifest.name} was trained on another dataset than this workspace has now`,
    'Run `stepdown run`, so that specialist and dataset belong together again.',
    { details: { specialist: manifest.lineage.datasetHash, workspace: hash } },
  );
}

/** The folder of an alias's specialist; undefined for the latest one. */
function folderOf(workspace: Workspace, config: Config, { alias }: CalibrateOptions): string | undefined {
  const named = alias === undefined ? undefined : config.serve.aliases[alias];
  if (named === undefined || named.kind === 'upstream' || named.specialist === undefined) return undefined;
  return absolute(workspace.dir, named.specialist);
}

/** How the specialist is asked. */
export interface AskOptions {
  readonly side: LocalSide;
  /** Whether its tokens come with log-probabilities. */
  readonly logprobs: boolean;
  readonly secondOpinion: SecondOpinionKind | null;
  /** Requests at once to servers; in this process one after the other. */
  readonly concurrency: number;
}

/** Answers of the specialist as it is served, continued where an earlier run stopped. */
export async function answerLocally(
  workspace: Workspace,
  found: FoundSpecialist,
  split: 'calibration' | 'test',
  examples: readonly Example[],
  { side, logprobs, secondOpinion, concurrency }: AskOptions,
): Promise<Answer[]> {
  const { manifest } = found;
  const { progress, signal } = workspace.options;
  const model = await side.open(found, logprobs);
  const where = side.servers === null ? [] : [side.servers, logprobs];
  const key = hashJson([manifest.hash, split, ...where]).slice(0, 12);
  try {
    return await answerExamples({
      model,
      task: manifest.task,
      prompt: manifest.prompt,
      examples,
      mode: 'specialist',
      keepTokens: true,
      secondOpinion,
      concurrency: side.servers === null ? 1 : concurrency,
      signal,
      answersFile: workspace.inside('work', `cascade-answers-${key}`, 'specialist.jsonl'),
      onProgress: (done, total) =>
        progress.update(`Asking the specialist: ${done} of ${total}`, done / total),
    });
  } finally {
    await model.close();
  }
}

/** Where answers of the large model come from. */
export interface LargeSource {
  /** For the run record. */
  readonly recorded: unknown;
  readonly inputs: readonly Artifact[];
  answer(
    examples: readonly Example[],
    split: 'calibration' | 'test',
    concurrency: number,
  ): Promise<ReadonlyMap<string, LargeAnswer>>;
}

/**
 * Recorded answers where a file is given, else the configured model, else none.
 * @throws DataError `large-answers-unreadable` | `large-answers-other-rows` | ConfigError `key-missing`
 */
export async function largeOf(
  workspace: Workspace,
  config: Config,
  file: string | undefined,
): Promise<LargeSource> {
  if (file !== undefined) {
    const recorded = await readLargeAnswers(file);
    return {
      recorded: 'recorded',
      inputs: [{ kind: 'large-answers', path: file, ...(await hashPath(file)) }],
      answer: async (examples, split) => ofRows(recorded, examples, split, file),
    };
  }
  const spec = largeSpec(config, workspace);
  if (spec === null) return { recorded: null, inputs: [], answer: async () => new Map() };
  const { model, baseUrl, price } = spec;
  return {
    recorded: { model, baseUrl, price },
    inputs: [],
    answer: async (examples, split, concurrency) => {
      const found = await findSpecialist(workspace, undefined);
      const opened = await (await workspace.tools()).engine.open(spec);
      const key = hashJson([model, baseUrl, price, found.manifest.lineage.datasetHash, split]).slice(0, 12);
      const { progress, signal } = workspace.options;
      try {
        const answers = await answerExamples({
          model: opened,
          task: found.manifest.task,
          prompt: found.manifest.prompt,
          examples,
          mode: 'instructed',
          concurrency,
          signal,
          answersFile: workspace.inside('work', `cascade-answers-${key}`, 'large.jsonl'),
          onProgress: (done, total) => progress.update(`Asking ${model}: ${done} of ${total}`, done / total),
        });
        return new Map(
          answers
            .filter(answer => answer.error === null)
            .map(({ exampleId, text, costUsd }) => [exampleId, { text, costUsd }]),
        );
      } finally {
        await opened.close();
      }
    },
  };
}

function ofRows(
  recorded: ReadonlyMap<string, LargeAnswer>,
  examples: readonly Example[],
  split: 'calibration' | 'test',
  file: string,
): ReadonlyMap<string, LargeAnswer> {
  if (examples.some(({ id }) => recorded.has(id))) return recorded;
  const shown = split === 'test' ? 'data approve --show' : 'data show --split calibration';
  throw new DataError(
    'large-answers-other-rows',
    `${file} answers none of the ${examples.length} ${split} rows`,
    `Give answers with the ids of these rows; \`stepdown ${shown} --rows ${examples.length} --json\` prints them.`,
  );
}
