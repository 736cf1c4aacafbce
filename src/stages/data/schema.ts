import { z } from 'zod';
import { splitNames } from '../../core/example.ts';
import type { JsonSchema } from '../../core/json.ts';
import type { ReviewDecision } from '../../core/review.ts';

/** File formats that import reads. */
export const dataFormats = ['jsonl', 'csv', 'tsv', 'parquet', 'chat-jsonl', 'chat-parquet'] as const;
export type DataFormat = (typeof dataFormats)[number];

/** Whether rows of a format are conversations rather than columns. */
export function isChatFormat(format: DataFormat): boolean {
  return format === 'chat-jsonl' || format === 'chat-parquet';
}

/** Text encodings that import decodes. */
export const dataEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type DataEncoding = (typeof dataEncodings)[number];

const sourceSchema = z.strictObject({
  file: z.string().min(1).describe('Path of the file, relative to stepdown.yaml.'),
  format: z
    .enum(dataFormats)
    .optional()
    .describe(
      'How the file is written. Default: by its extension (.jsonl and .ndjson are jsonl; .csv, .tsv, .parquet). `chat-jsonl` is the OpenAI chat format, one {"messages": [...]} a line; the last assistant message is the target; `chat-parquet` has the same in a Parquet column `messages`.',
    ),
  split: z
    .enum([...splitNames, 'auto'])
    .default('auto')
    .describe(
      'Split all rows of this file belong to. `auto` deals them out by data.split; a split that a file names gets no further rows from auto files.',
    ),
  encoding: z
    .enum(dataEncodings)
    .default('utf-8')
    .describe('Text encoding of the file; a byte that does not fit it stops the import.'),
  delimiter: z
    .string()
    .length(1)
    .optional()
    .describe('Column delimiter of csv and tsv files. Default: a comma, or a tab for tsv.'),
});
export type DataSource = z.infer<typeof sourceSchema>;

const fieldsSchema = z
  .strictObject({
    input: z
      .string()
      .min(1)
      .default('input')
      .describe(
        'Column with the input, or a template over several, e.g. "{title}\\n{body}" ({{ and }} are literal braces). Not used for chat formats.',
      ),
    output: z
      .string()
      .min(1)
      .default('output')
      .describe('Column with the target. Not used for chat formats.'),
    id: z
      .string()
      .min(1)
      .optional()
      .describe('Column with an id that is unique over all files. Default: ids are made from the content.'),
    group: z
      .string()
      .min(1)
      .optional()
      .describe('Column naming the customer, machine or document; one group never sits in two splits.'),
  })
  .prefault({});
export type FieldMapping = z.infer<typeof fieldsSchema>;

const share = z.number().min(0).max(1);

const splitSchema = z
  .strictObject({
    validation: share.default(0.1).describe('Share of the auto rows for validation, 0..1.'),
    calibration: share.default(0).describe('Share of the auto rows for calibration, 0..1.'),
    test: share.default(0.2).describe('Share of the auto rows for the held-out test split, 0..1.'),
    seed: z.number().int().min(0).default(1).describe('Another seed deals the rows out differently.'),
    by: z
      .enum(['auto', 'group', 'stratified', 'random'])
      .default('auto')
      .describe(
        'How auto rows are dealt out: `group` fills the shares with whole groups, `stratified` keeps label shares equal, `random` does neither. Rows of one group stay together under every rule. `auto`: group when data.fields.group is set, else stratified for classify, else random. The order of rows never matters.',
      ),
  })
  .prefault({})
  .refine(split => split.validation + split.calibration + split.test < 1, {
    message: 'validation + calibration + test must stay below 1: the rest is the train split',
  });
export type SplitConfig = z.infer<typeof splitSchema>;

const duplicatesSchema = z
  .strictObject({
    ignoreCase: z
      .boolean()
      .default(true)
      .describe(
        'Whether inputs that differ only in upper and lower case count as the same text. Unicode form (NFC) and runs of white space never make a difference.',
      ),
    conflicts: z
      .enum(['majority', 'set-aside'])
      .default('majority')
      .describe(
        'What to do when the same text has different targets in one split (classify, extract): keep the target most rows have and set the others aside (all of them on a tie), or set all of them aside.',
      ),
  })
  .prefault({});
export type DuplicateRule = z.infer<typeof duplicatesSchema>;

/** The section `data` of stepdown.yaml. */
export const dataConfigSchema = z.strictObject({
  sources: z.array(sourceSchema).min(1).describe('The files with labelled rows.'),
  fields: fieldsSchema.describe('Which columns hold what.'),
  maxBadShare: share
    .default(0.02)
    .describe(
      'Share of unusable rows, 0..1, above which import stops; taken per file. Conflicting targets are listed but do not count.',
    ),
  maxRowBytes: z
    .number()
    .int()
    .min(1024)
    .max(256 * 1024 * 1024)
    .default(1024 * 1024)
    .describe('Longest row that is read, in bytes; a longer one is set aside without being held in memory.'),
  split: splitSchema.describe('How rows of auto files are dealt out.'),
  duplicates: duplicatesSchema.describe('When two rows are the same, and what happens then.'),
  licence: z
    .string()
    .nullable()
    .default(null)
    .describe('Licence of the rows, e.g. Apache-2.0; recorded in the specialist and its model card.'),
});
export type DataConfig = z.infer<typeof dataConfigSchema>;

const promptFields = {
  instruction: z
    .string()
    .min(1)
    .optional()
    .describe('Says the task in words, for untuned models and the large model. Default: by task kind.'),
  system: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('System message of the specialist. Best left out: short prompts are faster and lose nothing.'),
};

const maxAnswerTokens = (value: number) =>
  z.number().int().positive().default(value).describe('Upper bound on the length of an answer, in tokens.');

/** The section `task` of stepdown.yaml, as the user writes it. */
export const taskConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('classify').describe('One of a closed set of labels.'),
    labels: z
      .union([z.literal('from-data'), z.array(z.string().trim().min(1)).min(2)])
      .default('from-data')
      .describe('The label set, or `from-data`: every label outside the test split, sorted.'),
    ...promptFields,
    maxAnswerTokens: maxAnswerTokens(32),
  }),
  z.strictObject({
    kind: z.literal('extract').describe('A JSON value that fits a JSON Schema.'),
    schema: z
      .union([z.string().min(1), z.custom<JsonSchema>(isPlainObject, 'must be a JSON Schema object')])
      .describe('The JSON Schema (draft 2020-12, or 07 when $schema says so), inline or as a file path.'),
    ...promptFields,
    maxAnswerTokens: maxAnswerTokens(512),
  }),
  z.strictObject({
    kind: z.literal('generate').describe('Free text.'),
    ...promptFields,
    maxAnswerTokens: maxAnswerTokens(256),
  }),
]);
export type TaskConfig = z.infer<typeof taskConfigSchema>;

/** What the data stage runs with: two sections of stepdown.yaml. */
export interface DataParameters {
  readonly data: DataConfig;
  readonly task: TaskConfig;
  /** What people decided about rows, by the hash of the row; none when absent. */
  readonly review?: ReadonlyMap<string, ReviewDecision>;
}

/** Its result: the manifest of the frozen dataset. */
export { datasetManifestSchema as dataResultSchema } from '../../core/dataset.ts';

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
