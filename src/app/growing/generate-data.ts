import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instructedMessages } from '../../answering/index.ts';
import type { Config } from '../../config/schema.ts';
import type { Artifact } from '../../core/artifact.ts';
import type { GenerateRequest } from '../../core/chat-model.ts';
import { inputText } from '../../core/example.ts';
import { hashJson } from '../../core/hash.ts';
import {
  createIsolatedReader,
  estimateSpending,
  exactly,
  generateRows,
  inputsRequest,
  judgeRequest,
  KnownInputs,
  planInputRequests,
  type ReadFolder,
  readFolder,
  type Spending,
  usualLength,
} from '../../stages/grow/index.ts';
import { refuseForeignFile } from '../foreign-file.ts';
import type { Workspace } from '../workspace.ts';
import { confirmed } from './confirmed.ts';
import { madeDataset } from './made-dataset.ts';
import { formatOf, isMade, writeMade } from './made-file.ts';
import { type Material, materialOf } from './material.ts';
import { askedOf, recordedMaking } from './recorded-making.ts';
import { type PaidModels, withPaidModels } from './teacher.ts';
import type { GenerateDataOptions, MadeDataset } from './views.ts';

/** Heap that reading documents may take, in MiB. */
const readerHeapMebibytes = 1_024;

/** Requests whose text is taken as an example when money is estimated. */
const estimatedFrom = 200;

/** Share of new inputs that the filters leave, as far as can be said before. */
const expectedShare = { value: 0.8, low: 0.4, high: 1 };

/** New rows from the large model: from rows of the train split, and from documents where a folder is given. */
export async function generateData(workspace: Workspace, options: GenerateDataOptions): Promise<MadeDataset> {
  await workspace.lock();
  const config = await workspace.config();
  await refuseForeignFile(options.output, isMade);
  return withPaidModels(workspace, config, { ...options, withJudge: true }, async models => {
    const material = await materialOf(workspace, config, options.output);
    const documents =
      options.documents === undefined ? null : await documentsOf(workspace, config, options.documents);
    const { grow } = config;
    const requests = planInputRequests({
      task: material.task,
      train: material.train,
      passages: documents?.passages ?? [],
      rows: options.rows ?? grow.rows,
      perRequest: grow.perRequest,
      seedsPerRequest: grow.seeds,
      seed: grow.seed,
    });
    const usualCharacters = usualLength(material.train);
    const asked = requests.map(request =>
      inputsRequest(material.prompt, request, usualCharacters, grow.inputTemperature),
    );
    const estimate = estimateSpending(spendingOf(config, material, models, asked, options.rows ?? grow.rows));
    const answeredBefore = asked.filter(request => models.teacher.has(request)).length;
    const view = documents && {
      read: documents.documents,
      passages: documents.passages.length,
      unread: documents.unread,
      incomplete: documents.incomplete,
    };
    const plan = await confirmed(models, { estimate, answeredBefore, documents: view }, options.confirm);
    const promptHash = promptHashOf(config, material);
    const making = {
      name: 'generate' as const,
      parameters: {
        ...askedOf(plan),
        rows: options.rows ?? grow.rows,
        promptHash,
        grow: growParameters(config),
      },
      inputs: [
        material.dataset,
        ...(documents === null ? [] : [passagesInput(options.documents!, documents)]),
      ],
      seed: grow.seed,
    };
    return recordedMaking(workspace, making, async () => {
      const made = await generateRows({
        ...material,
        ...models,
        config: grow,
        requests,
        usualCharacters,
        known: new KnownInputs(material.knownInputs, grow.maxSimilarity),
        promptHash,
        onProgress: (done, rows) =>
          workspace.options.progress.update(
            `Asking ${models.teacher.id}: request ${done} of ${requests.length}, ${rows} rows`,
            done / requests.length,
          ),
      });
      const format = formatOf(config, false);
      await writeMade({
        output: options.output,
        format,
        config,
        setAside: made.setAside,
        rows: made.rows.map(({ input, ...row }) => ({
          ...row,
          messages: [{ role: 'user' as const, content: input }],
        })),
      });
      return madeDataset(options.output, format, made, plan, models, null);
    });
  });
}

/** Documents as an input of a run: what was read of them, which does not depend on where they lie. */
function passagesInput(folder: string, { passages }: ReadFolder): Artifact {
  const sizeBytes = passages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  return { kind: 'documents', path: basename(folder), sha256: hashJson(passages), sizeBytes };
}

/** What the teacher is told besides inputs and documents. */
export function promptHashOf(config: Config, { task, prompt, shots }: Material): string {
  return hashJson({ task, prompt, shots: shots.map(({ id }) => id), grow: growParameters(config) });
}

/** The settings that rows depend on; the judge is left out with its address, which may hold a secret. */
export function growParameters({ grow }: Config) {
  const { judge: _judge, budgetUsd: _budget, concurrency: _concurrency, ...parameters } = grow;
  return parameters;
}

function documentsOf(workspace: Workspace, config: Config, folder: string): Promise<ReadFolder> {
  const { progress, signal } = workspace.options;
  const reader = createIsolatedReader({
    program: fileURLToPath(import.meta.resolve('../../stages/grow/documents/reader-program.js')),
    timeoutMs: config.grow.documents.timeoutMs,
    maxHeapMebibytes: readerHeapMebibytes,
  });
  return readFolder({
    folder,
    bounds: config.grow.documents,
    reader,
    signal,
    onProgress: (done, total) => progress.update(`Reading document ${done + 1} of ${total}`, done / total),
  }).finally(() => reader.close());
}

/** The three kinds of requests, as they will be sent for typical rows. */
function spendingOf(
  { grow }: Config,
  { task, prompt, train, shots }: Material,
  { teacher, judge }: PaidModels,
  asked: readonly GenerateRequest[],
  rows: number,
): Spending[] {
  const inputs = train.slice(0, estimatedFrom);
  const inputCharacters = meanOf(inputs.map(example => inputText(example).length));
  const targetCharacters = meanOf(inputs.map(({ target }) => target.length));
  const kept = { value: rows * expectedShare.value, low: rows * expectedShare.low, high: rows };
  const targets = inputs.map(example => ({
    messages: instructedMessages(task, prompt, example, shots),
    maxTokens: prompt.maxAnswerTokens,
  }));
  const parts: Spending[] = [
    {
      purpose: 'inputs',
      price: teacher.price,
      requests: exactly(asked.filter(request => !teacher.has(request)).length),
      samples: asked.slice(0, estimatedFrom),
      answerCharacters: grow.perRequest * (inputCharacters + 6) + 14,
    },
    {
      purpose: 'targets',
      price: teacher.price,
      requests: scaled(kept, grow.samples),
      samples: targets,
      answerCharacters: targetCharacters,
    },
  ];
  if (judge === null) return parts;
  const judged = inputs.map(example => judgeRequest(task, prompt, inputText(example), example.target));
  return [
    ...parts,
    { purpose: 'judge', price: judge.price, requests: kept, samples: judged, answerCharacters: 120 },
  ];
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const scaled = (guess: typeof expectedShare, factor: number) => ({
  value: guess.value * factor,
  low: guess.low * factor,
  high: guess.high * factor,
});
