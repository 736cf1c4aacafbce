import { z } from 'zod';

const dollars = z.number().nonnegative();

/** `large:` the large model that is paid for today: teacher, fallback, and the one to beat. */
export const largeSchema = z
  .strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }).meta({
      description: 'OpenAI-compatible address, with the version: `https://api.example.com/v1`.',
    }),
    model: z.string().min(1).meta({ description: 'Model id as the provider names it.' }),
    apiKeyEnv: z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        'must be the NAME of an environment variable; the key itself never goes into this file',
      )
      .nullable()
      .default(null)
      .meta({ description: 'Name of the environment variable that holds the key; null sends none.' }),
    price: z
      .strictObject({
        input: dollars.meta({ description: 'US dollars per million prompt tokens.' }),
        cachedInput: dollars
          .optional()
          .meta({ description: 'US dollars per million cached prompt tokens; as input when absent.' }),
        output: dollars.meta({ description: 'US dollars per million completion tokens.' }),
      })
      .nullable()
      .default(null)
      .meta({ description: 'What it costs; without it no costs are shown.' }),
    timeoutMs: z
      .int()
      .positive()
      .max(3_600_000)
      .default(60_000)
      .meta({ description: 'Longest wait for one answer, in milliseconds.' }),
    maxRetries: z
      .int()
      .min(0)
      .max(20)
      .default(4)
      .meta({ description: 'Further tries after a failure that may pass.' }),
  })
  .meta({ description: 'The large model to compare with, behind an OpenAI-compatible address.' });
