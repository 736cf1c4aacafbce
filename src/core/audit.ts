import { z } from 'zod';
import { splitNames } from './example.ts';

/** What an audit looks for, one kind a question. */
export const auditKinds = [
  /** Equal input and equal target, in one split. */
  'exact-duplicate',
  /** Nearly equal input and equal target, in one split. */
  'near-duplicate',
  /** Equal input, different targets. */
  'conflict',
  /** Nearly equal input, different targets. */
  'near-conflict',
  /** Equal input in two splits. */
  'leak',
  /** Nearly equal input in two splits. */
  'near-leak',
  /** A model that has not seen the row disagrees with its label. */
  'label-noise',
  /** A label with few rows. */
  'rare-label',
  /** A cluster of similar inputs with few rows. */
  'thin-coverage',
  /** A captured input that no row is near. */
  'uncovered-traffic',
  /** Too long for the context of the model. */
  'too-long',
  /** Personal data. */
  'personal-data',
  /** Keys, tokens and passwords. */
  'secret',
  /** In another language than most rows. */
  'other-language',
  /** Made by filling the same words in. */
  'template-like',
  /** Could not be read. */
  'unusable',
] as const;
export type AuditKind = (typeof auditKinds)[number];

/** `error`: evaluation or training is wrong with it. `warning`: worth an hour. `note`: worth knowing. */
export const auditSeverities = ['error', 'warning', 'note'] as const;
export type AuditSeverity = (typeof auditSeverities)[number];

/** Where a row is: enough to find it in its file, and its example where it became one. */
export const rowReferenceSchema = z.object({
  /** The split the row was given as; null where the file names none. */
  split: z.enum(splitNames).nullable(),
  /** File as the user named it, never an absolute path of another folder. */
  file: z.string(),
  /** 1-based line of text files, row of Parquet files. */
  line: z.number().int().positive(),
  /** Id of the example that import makes of the row; null where it makes none. */
  id: z.string().nullable(),
});
export type RowReference = z.infer<typeof rowReferenceSchema>;

/** What a person would probably do with the first row of an item. */
export const auditSuggestionSchema = z.object({
  /** `relabel` gives a target; `look` leaves it to the person; `add-rows` concerns no single row. */
  action: z.enum(['drop', 'relabel', 'fix', 'look', 'add-rows']),
  /** The target that fits better; null where the action needs none. */
  target: z.string().nullable(),
  /** How probable that target is by the audit's model, 0..1; null where no model was asked. */
  probability: z.number().min(0).max(1).nullable(),
});
export type AuditSuggestion = z.infer<typeof auditSuggestionSchema>;

/** Who judges labels: a linear model made for the audit, out of fold, and a trained specialist. */
export const labelJudges = ['linear', 'specialist'] as const;
export type LabelJudgeName = (typeof labelJudges)[number];

/** What one judge says of the label of a row it has not seen. */
export const labelOpinionSchema = z.object({
  judge: z.enum(labelJudges),
  /** Whether it holds the label for wrong. */
  suspects: z.boolean(),
  /** The label that it would give; null where the labels are too many to hold. */
  suggested: z.string().nullable(),
  /** Probability of that label, 0..1. */
  probability: z.number().min(0).max(1),
  /** Probability of the label the row has, 0..1. */
  own: z.number().min(0).max(1),
});
export type LabelOpinion = z.infer<typeof labelOpinionSchema>;

/** One thing to look at: a row, or rows that belong together. */
export const auditItemSchema = z.object({
  /** The row to act on first, then the rows that are the reason; empty for labels without rows. */
  rows: z.array(rowReferenceSchema),
  /** Orders the items of a finding, 0..1: 1 is the one to look at first. */
  score: z.number().min(0).max(1),
  suggestion: auditSuggestionSchema.nullable(),
  /** The target the first row has now; null where the item is about no target. */
  target: z.string().nullable(),
  /** Why the item is listed, in a sentence with its numbers. */
  evidence: z.string(),
  /** Beginning of the input of the first row, at most 200 characters; personal data and secrets are masked. */
  excerpt: z.string(),
  /** Of each judge that judged the label of the first row; empty where labels are not the matter. */
  opinions: z.array(labelOpinionSchema).default([]),
});
export type AuditItem = z.infer<typeof auditItemSchema>;

/** All that was found of one kind. */
export const auditFindingSchema = z.object({
  kind: z.enum(auditKinds),
  severity: z.enum(auditSeverities),
  /** What it is and what it does to a model, in a sentence with the count. */
  summary: z.string(),
  /** What to do about it, in the imperative. */
  advice: z.string(),
  /** Rows concerned, the listed and the not listed. */
  count: z.number().int().nonnegative(),
  /** `count` over the rows that were looked at, 0..1. */
  share: z.number().min(0).max(1),
  /** Row numbers by file, ascending; the rows to act on, not the rows that are the reason. */
  lines: z.array(
    z.object({
      split: z.enum(splitNames).nullable(),
      file: z.string(),
      lines: z.array(z.number().int().positive()),
    }),
  ),
  /** Largest score first. */
  items: z.array(auditItemSchema),
  /** Items that were found but are not in `items`, because the list has an end. */
  unlistedItems: z.number().int().nonnegative(),
  /** How it was looked for, with every threshold. */
  method: z.string(),
  /** Rows that were looked at; fewer than all where a large dataset is judged by a sample. */
  rowsChecked: z.number().int().nonnegative(),
});
export type AuditFinding = z.infer<typeof auditFindingSchema>;

/** Why a judge left rows out. */
export const notJudgedReasons = [
  /** It was trained on the input, or its training was stopped by it. */
  'trained-on',
  /** It does not know the label. */
  'unknown-label',
  /** The label has too few rows. */
  'rare-label',
  /** It was not able to answer. */
  'failed',
  /** There are more rows than it judges; those it judges are drawn. */
  'not-drawn',
] as const;
export type NotJudgedReason = (typeof notJudgedReasons)[number];

/** What one judge of labels did. */
export const labelJudgeSchema = z.object({
  judge: z.enum(labelJudges),
  /** For people. */
  name: z.string(),
  rowsJudged: z.number().int().nonnegative(),
  rowsSuspected: z.number().int().nonnegative(),
  /** Share of the judged rows whose label is its most probable, 0..1; null where it judged none. */
  agreement: z.number().min(0).max(1).nullable(),
  /**
   * That share above the share of the commonest label, of what there is above it: 1 agrees with all labels, 0 with no
   * more than naming the commonest one does; at most 1, null where there is nothing above it.
   */
  skill: z.number().max(1).nullable().default(null),
  /** Rows it did not judge, by reason; reasons without rows are left out. */
  notJudged: z.array(z.object({ reason: z.enum(notJudgedReasons), rows: z.number().int().positive() })),
});
export type LabelJudge = z.infer<typeof labelJudgeSchema>;

/** What an audit did not do, and why. */
export const auditOmissionSchema = z.object({ kind: z.enum(auditKinds), reason: z.string() });

/** A measure that describes the data without being a fault. */
export const auditProfileSchema = z.object({
  /** Rows by label, most first; null where targets are no labels. */
  labels: z.array(z.object({ label: z.string(), rows: z.number().int() })).nullable(),
  /** Rows by language (ISO 639-1), most first; `und` where a text is too short to tell. */
  languages: z.array(z.object({ language: z.string(), rows: z.number().int() })),
  /** Tokens of input and target together, without the prompt around them. */
  tokens: z.object({
    median: z.number(),
    p95: z.number(),
    most: z.number(),
    /** Counted by the model's own tokenizer, not estimated. */
    exact: z.boolean().default(false),
    rule: z.string(),
  }),
  /** Rows that share their form with many others, 0..1. */
  templateShare: z.number().min(0).max(1),
});

/** The answer of `stepdown data audit`. Findings come worst first; a kind without rows has none. */
export const auditSchema = z.object({
  schemaVersion: z.literal(1),
  auditedAt: z.iso.datetime(),
  /** Hash of the frozen dataset; null for files. */
  datasetHash: z.string().nullable(),
  files: z.array(
    z.object({
      file: z.string(),
      split: z.enum(splitNames).nullable(),
      /** Rows that could be read. */
      rows: z.number().int().nonnegative(),
      unusableRows: z.number().int().nonnegative(),
    }),
  ),
  /** Rows that could be read, over all files. */
  rows: z.number().int().nonnegative(),
  taskKind: z.enum(['classify', 'extract', 'generate']),
  findings: z.array(auditFindingSchema),
  omitted: z.array(auditOmissionSchema),
  /** Who judged labels; empty where the targets are none. */
  labelJudges: z.array(labelJudgeSchema).default([]),
  profile: auditProfileSchema,
  /** What was done on a sample or by approximation, a sentence each; empty where everything was exact. */
  approximations: z.array(z.string()),
  tookMs: z.number().nonnegative(),
});
export type Audit = z.infer<typeof auditSchema>;
