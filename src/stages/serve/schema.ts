import { z } from 'zod';
import { contentPolicies } from '../../core/capture.ts';

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/,
    'must be a model name as clients send it: ASCII letters, digits and . _ : / -, at most 128',
  );
const milliseconds = z.int().positive().max(3_600_000);
const dollars = z.number().nonnegative();

/** One OpenAI-compatible server that requests may be passed on to. */
export const upstreamConfigSchema = z.strictObject({
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .describe('OpenAI-compatible address, with the version: `https://api.example.com/v1`.'),
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the NAME of an environment variable')
    .nullable()
    .default(null)
    .describe('Name of the environment variable that holds the key; null sends none.'),
  allowPrivate: z
    .boolean()
    .default(false)
    .describe('Allow addresses of this machine and of private networks (a model server on-premises).'),
  timeoutMs: milliseconds.default(60_000).describe('Longest wait for a whole answer, in milliseconds.'),
  maxRetries: z.int().min(0).max(10).default(2).describe('Further tries before the first byte of an answer.'),
  price: z
    .strictObject({
      input: dollars.describe('Of prompt tokens.'),
      cachedInput: dollars.optional().describe('Of cached prompt tokens; as input when absent.'),
      output: dollars.describe('Of completion tokens.'),
    })
    .nullable()
    .default(null)
    .describe(
      'US dollars per million tokens; without it no costs are recorded and money budgets do not count.',
    ),
});

const targetSchema = z.strictObject({
  upstream: z.string().describe('Name under serve.upstreams.'),
  model: z.string().optional().describe('Model id as that server names it; the alias when absent.'),
  weight: z.number().positive().default(1).describe('Share of requests among the healthy targets.'),
});

export type TargetConfig = z.infer<typeof targetSchema>;

const content = z.enum(contentPolicies);
const aliasContent = content
  .optional()
  .describe('How much of its requests and answers is written down; serve.capture.content when absent.');

const inputSchema = z.strictObject({
  messages: z
    .enum(['last-user', 'conversation'])
    .default('last-user')
    .describe('Put the last user message alone to the specialist, or the whole conversation.'),
  before: z
    .string()
    .default('')
    .describe('Text in front of the input in the last user message; left out with all before it.'),
  after: z.string().default('').describe('Text behind the input; left out with all after it.'),
});

/** Which specialist answers, and what it is asked. */
const servedSpecialist = {
  specialist: z.string().optional().describe('Specialist folder; the workspace’s latest when absent.'),
  base: z
    .string()
    .optional()
    .describe(
      'GGUF file of the base model: the specialist’s adapter is applied to it, so that specialists on one base share its weights. The specialist’s own file, which is what was evaluated, when absent.',
    ),
  servedBy: z
    .array(targetSchema)
    .min(1)
    .optional()
    .describe(
      'Model servers that run the specialist, instead of this process: a vLLM, Ollama or llama-server, or several of them with the same weights.',
    ),
  input: inputSchema
    .optional()
    .describe('Which part of a request is the input, for clients that send a large model’s prompt.'),
};

const runsOnce = {
  check: ({ base, servedBy }: { base?: string | undefined; servedBy?: unknown }) =>
    base === undefined || servedBy === undefined,
  message: { message: 'set at most one of base and servedBy: what a model server runs is opened there' },
};

/** What a model alias stands for. */
export const aliasConfigSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('specialist').describe('A specialist answers.'),
      ...servedSpecialist,
      content: aliasContent,
    })
    .refine(runsOnce.check, runsOnce.message),
  z.strictObject({
    kind: z.literal('upstream').describe('Model servers answer.'),
    targets: z.array(targetSchema).min(1).describe('Servers that share its requests.'),
    content: aliasContent,
  }),
  z
    .strictObject({
      kind: z.literal('cascade').describe('A specialist answers where it is sure, else the large model.'),
      ...servedSpecialist,
      calibration: z.string().optional().describe('Calibration file; the workspace’s latest when absent.'),
      large: z.array(targetSchema).min(1).describe('Where escalated requests go.'),
      mode: z
        .enum(['cascade', 'shadow', 'canary'])
        .default('cascade')
        .describe(
          'cascade answers by the policy; shadow answers with the large model and asks the specialist beside it; canary gives the cascade a share of the traffic.',
        ),
      canaryShare: z
        .number()
        .gt(0)
        .lt(1)
        .default(0.05)
        .describe(
          'Share of requests that the canary gets, below 1: the others are what it is compared with.',
        ),
      canaryAuditShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.3)
        .describe(
          'Share of the canary’s own answers that are given to the large model instead, and compared, until it is promoted or rolled back; auditShare afterwards.',
        ),
      auditShare: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe(
          'Share of requests escalated whatever the confidence; that of the calibration (`cascade.auditShare`) when absent.',
        ),
      localDeadlineMs: milliseconds
        .default(2_000)
        .describe('A local answer that takes longer is escalated as too slow.'),
      content: aliasContent,
    })
    .refine(runsOnce.check, runsOnce.message),
]);
export type AliasConfig = z.infer<typeof aliasConfigSchema>;

/** The section `serve` of stepdown.yaml: the gateway. */
export const serveConfigSchema = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; other than loopback needs keys.'),
  port: z.int().min(0).max(65_535).default(8080).describe('Port to listen on; 0 takes a free one.'),
  upstreams: z.record(name, upstreamConfigSchema).default({}).describe('Model servers, by name.'),
  aliases: z
    .record(name, aliasConfigSchema)
    .default({})
    .describe(
      'Model names that clients may use; without any, the latest specialist under the workspace’s name.',
    ),
  capture: z
    .strictObject({
      content: content.default('redacted').describe('How much of requests and answers is written down.'),
      mode: z
        .enum(['synchronous', 'batched', 'off'])
        .default('synchronous')
        .describe(
          'synchronous: durable before the answer ends; batched: may lose up to windowMs of captures; off: nothing is recorded, and feedback finds no request.',
        ),
      windowMs: milliseconds.default(50).describe('Longest time a batched capture waits for the disk.'),
      patterns: z
        .array(
          z.strictObject({
            name: z
              .string()
              .regex(/^[a-z][a-z0-9-]*$/)
              .describe('What it finds: the placeholders of `order-id` are `[ORDER_ID_1]`.'),
            pattern: z.string().min(1).describe('The regular expression.'),
          }),
        )
        .default([])
        .describe('Further regular expressions to redact, in the syntax of RE2.'),
      placeholderKeyEnv: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the NAME of an environment variable')
        .nullable()
        .default(null)
        .describe(
          'Name of the environment variable that holds a key for placeholders: a value then has the same one in all captures; null numbers them anew in each.',
        ),
      maxBytes: z
        .int()
        .min(1 << 20)
        .default(20 * 2 ** 30)
        .describe('Captures that are kept, in bytes; the oldest are dropped.'),
    })
    .prefault({}),
  log: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('What is said on standard error; debug has a line for every request.'),
  limits: z
    .strictObject({
      maxBodyBytes: z
        .int()
        .positive()
        .default(8 << 20)
        .describe('Largest request body, in bytes.'),
      maxJsonDepth: z.int().positive().default(64).describe('Deepest nesting of a request body.'),
      queue: z.int().min(0).default(256).describe('Local requests that may wait; more are answered 429.'),
      sequences: z.int().positive().max(256).default(8).describe('Local requests computed at once.'),
      servedSequences: z
        .int()
        .positive()
        .max(4096)
        .default(64)
        .describe('Requests at once to the servers of a specialist that others run (`servedBy`), an alias.'),
      deadlineMs: milliseconds.default(120_000).describe('Longest time for one request, in milliseconds.'),
      drainMs: milliseconds.default(30_000).describe('Longest wait for open requests when stopping.'),
    })
    .prefault({}),
});
export type ServeConfig = z.infer<typeof serveConfigSchema>;
