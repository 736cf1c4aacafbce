import { basename } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import type { Example } from '../../core/example.ts';
import { hashPath } from '../../files/hash-file.ts';
import {
  type DistilledRow,
  distilRequest,
  distilRows,
  estimateSpending,
  exactly,
} from '../../stages/grow/index.ts';
import { refuseForeignFile } from '../foreign-file.ts';
import { readInputRows } from '../predict/input-rows.ts';
import type { Workspace } from '../workspace.ts';
import { confirmed } from './confirmed.ts';
import { growParameters, promptHashOf } from './generate-data.ts';
import { madeDataset } from './made-dataset.ts';
import { formatOf, isMade, writeMade } from './made-file.ts';
import { materialOf } from './material.ts';
import { askedOf, recordedMaking } from './recorded-making.ts';
import { withPaidModels } from './teacher.ts';
import type { DistilDataOptions, MadeDataset } from './views.ts';

/** Targets of the large model for the inputs of a file, or of the train split. */
export async function distilData(workspace: Workspace, options: DistilDataOptions): Promise<MadeDataset> {
  await workspace.lock();
  const config = await workspace.config();
  await refuseForeignFile(options.output, isMade);
  return withPaidModels(workspace, config, { ...options, withJudge: false }, async models => {
    const material = await materialOf(workspace, config, options.output);
    const { examples, unreadable } =
      options.inputs === undefined
        ? { examples: material.train, unreadable: [] }
        : await inputsOf(options.inputs, workspace.options.signal);
    const setting = { ...material, ...models, config: config.grow };
    const asked = examples.map(example => distilRequest(setting, example));
    const left = asked.filter(request => !models.teacher.has(request));
    const targets = material.train.map(({ target }) => target.length);
    const estimate = estimateSpending([
      {
        purpose: 'targets',
        price: models.teacher.price,
        requests: exactly(left.length),
        samples: left.length === 0 ? asked.slice(0, 1) : left,
        answerCharacters: targets.reduce((sum, length) => sum + length, 0) / Math.max(1, targets.length),
      },
    ]);
    const answeredBefore = asked.length - left.length;
    const plan = await confirmed(models, { estimate, answeredBefore, documents: null }, options.confirm);
    const { testLikeness } = material;
    const promptHash = promptHashOf(config, material);
    const making = {
      name: 'distil' as const,
      parameters: {
        ...askedOf(plan),
        minProbability: options.minProbability ?? null,
        promptHash,
        grow: growParameters(config),
      },
      inputs: [material.dataset, ...(options.inputs === undefined ? [] : [await fileInput(options.inputs)])],
      seed: config.grow.seed,
    };
    return recordedMaking(workspace, making, async () => {
      const made = await distilRows({
        ...setting,
        examples,
        // Rows of the train split were dealt beside the test rows: likeness is no reason to lose them.
        testLikeness: input => {
          const likeness = testLikeness(input);
          return options.inputs === undefined && likeness === 'near-test-split' ? null : likeness;
        },
        minProbability: options.minProbability ?? null,
        promptHash,
        onProgress: (done, rows) =>
          workspace.options.progress.update(
            `Asking ${models.teacher.id}: input ${done} of ${examples.length}, ${rows} rows`,
            done / examples.length,
          ),
      });
      const all = { ...made, setAside: [...unreadable, ...made.setAside] };
      const format = formatOf(config, made.rows.some(isConversation));
      await writeMade({ output: options.output, format, config, rows: made.rows, setAside: all.setAside });
      return madeDataset(options.output, format, all, plan, models, beforeOf(made.rows));
    });
  });
}

async function fileInput(file: string): Promise<Artifact> {
  return { kind: 'rows', path: basename(file), ...(await hashPath(file)) };
}

/** Inputs of a file; rows that cannot be read are set aside with their line. */
async function inputsOf(file: string, signal: AbortSignal) {
  const examples: Example[] = [];
  const unreadable = [];
  for (const row of await readInputRows(file, signal)) {
    if ('example' in row) examples.push(row.example);
    else
      unreadable.push({
        code: 'row-unreadable' as const,
        reason: row.problem,
        input: null,
        target: null,
        from: Number(/^line (\d+)/u.exec(row.problem)?.[1] ?? 1),
      });
  }
  return { examples, unreadable };
}

const isConversation = ({ messages }: DistilledRow): boolean =>
  messages.length !== 1 || messages[0]!.role !== 'user';

/** How far the teacher says what the rows said before: a hint at wrong labels, or at a wrong teacher. */
function beforeOf(rows: readonly DistilledRow[]): MadeDataset['before'] {
  const had = rows.filter(({ before }) => before !== null);
  return had.length === 0
    ? null
    : { rows: had.length, same: had.filter(({ before, target }) => before === target).length };
}
