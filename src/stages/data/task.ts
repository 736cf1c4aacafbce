import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { JsonSchema } from '../../core/json.ts';
import type { Prompt, Task } from '../../core/task.ts';
import { compileJsonSchema } from './rows/json-schema.ts';
import { folded } from './rows/row.ts';
import { jsonReader, labelReader, type TargetReader, textReader } from './rows/target.ts';
import type { TaskConfig } from './schema.ts';

/** A task as far as it is known before the rows are read. */
export interface OpenTask {
  readonly readTarget: TargetReader;
  /** The task; `labels` are those found in the rows when the config leaves them to the data. */
  close(labelsFromData: readonly string[]): Task;
}

/**
 * Loads what the task section points to.
 * @throws ConfigError `schema-invalid` | `schema-file-unreadable` | `labels-repeated`
 */
export async function openTask(task: TaskConfig, workspaceDir: string): Promise<OpenTask> {
  if (task.kind === 'generate') return { readTarget: textReader, close: () => ({ kind: 'generate' }) };
  if (task.kind === 'extract') {
    const schema =
      typeof task.schema === 'string' ? await loadSchema(task.schema, workspaceDir) : task.schema;
    return { readTarget: jsonReader(compileJsonSchema(schema)), close: () => ({ kind: 'extract', schema }) };
  }
  if (task.labels === 'from-data') {
    return { readTarget: labelReader(null), close: labels => ({ kind: 'classify', labels: [...labels] }) };
  }
  const { labels } = task;
  const repeated = labels.find(
    (label, index) => labels.findIndex(other => folded(other) === folded(label)) !== index,
  );
  if (repeated !== undefined) {
    throw new ConfigError(
      'labels-repeated',
      `task.labels has "${repeated}" twice`,
      'Write every label once in task.labels.',
    );
  }
  return { readTarget: labelReader(labels), close: () => ({ kind: 'classify', labels: [...labels] }) };
}

/** How the task is put to a model, with defaults by kind where stepdown.yaml gives no instruction. */
export function promptOf(config: TaskConfig, task: Task): Prompt {
  return {
    instruction: config.instruction ?? defaultInstruction(task),
    system: config.system,
    maxAnswerTokens: config.maxAnswerTokens,
  };
}

/** Without the labels or the schema: whoever asks an untuned model adds them. */
function defaultInstruction(task: Task): string {
  if (task.kind === 'classify') return 'Classify the text.';
  if (task.kind === 'extract') return 'Extract the data from the text.';
  return 'Answer as in the examples.';
}

async function loadSchema(file: string, workspaceDir: string): Promise<JsonSchema> {
  const hint = 'Point task.schema at a JSON file with an object; the path is relative to stepdown.yaml.';
  try {
    const schema: unknown = JSON.parse(await readFile(resolve(workspaceDir, file), 'utf8'));
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema as JsonSchema;
  } catch (cause) {
    const why = (cause as Error).message.replaceAll(workspaceDir, '.').slice(0, 200);
    throw new ConfigError('schema-file-unreadable', `task.schema: ${file}: ${why}`, hint, { cause });
  }
  throw new ConfigError('schema-file-unreadable', `task.schema: ${file} does not hold an object`, hint);
}
