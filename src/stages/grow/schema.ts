import { z } from 'zod';

const share = z.number().min(0).max(1);

const documentsSchema = z
  .strictObject({
    maxFileBytes: z
      .int()
      .positive()
      .default(50_000_000)
      .describe('Largest document that is read, in bytes; a larger one is listed, not read.'),
    maxPages: z.int().positive().default(500).describe('Pages read of one PDF, at most.'),
    timeoutMs: z
      .int()
      .positive()
      .default(30_000)
      .describe('Longest time for reading one document, in milliseconds; then it is given up and listed.'),
    passageCharacters: z
      .int()
      .min(200)
      .max(20_000)
      .default(2_000)
      .describe('Length of the passages that documents are cut into, in characters.'),
  })
  .prefault({})
  .describe('Bounds on documents, which nobody has checked.');
export type DocumentBounds = z.infer<typeof documentsSchema>;

/** The section `grow` of stepdown.yaml without the judge, which is described as the large model is. */
export const growConfigSchema = z.strictObject({
  rows: z
    .int()
    .positive()
    .max(1_000_000)
    .default(200)
    .describe('New inputs to ask for; the filters leave fewer rows.'),
  perRequest: z.int().min(1).max(50).default(5).describe('New inputs in one request.'),
  seeds: z
    .int()
    .min(1)
    .max(20)
    .default(4)
    .describe('Rows of the train split shown in a request, as examples of the style.'),
  shots: z
    .int()
    .min(0)
    .max(20)
    .default(4)
    .describe('Solved rows of the train split shown when an input is answered.'),
  inputTemperature: z.number().min(0).max(2).default(1).describe('Temperature for writing new inputs.'),
  samples: z
    .int()
    .min(1)
    .max(25)
    .default(5)
    .describe('Answers asked for every new input; what they agree on becomes the target.'),
  sampleTemperature: z.number().min(0).max(2).default(0.7).describe('Temperature of these answers.'),
  minAgreement: share
    .nullable()
    .default(null)
    .describe(
      'Share of the answers that must agree, 0..1; below it a row is set aside. null: 0.8 for classify and extract; 0.4 mean ROUGE-L for generate.',
    ),
  maxSimilarity: share
    .default(0.8)
    .describe(
      'Similarity to a row that is there already (Jaccard of character 5-grams, 0..1) from which an input is a near duplicate.',
    ),
  maxTestSimilarity: share
    .default(0.7)
    .describe('The same for rows of the test split, from which an input is left out.'),
  maxInputCharacters: z
    .int()
    .positive()
    .default(8_000)
    .describe('Longest new input that is kept, in characters.'),
  topLogprobs: z
    .int()
    .min(0)
    .max(20)
    .default(5)
    .describe(
      'Alternatives kept for every token when answers are distilled; 0 keeps the chosen token alone.',
    ),
  concurrency: z.int().min(1).max(64).default(4).describe('Requests at once.'),
  budgetUsd: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('US dollars that all requests for one file may cost; null sets no bound.'),
  seed: z.int().min(0).default(1).describe('Another seed shows other rows in the requests.'),
  documents: documentsSchema,
});
export type GrowConfig = z.infer<typeof growConfigSchema>;
