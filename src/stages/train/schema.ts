import { z } from 'zod';

/** How much time to spend for quality. */
export const efforts = ['quick', 'standard', 'thorough'] as const;
export type Effort = (typeof efforts)[number];

/** The section `train` of stepdown.yaml: everything is derived from `effort` unless set here. */
export const trainConfigSchema = z
  .strictObject({
    method: z
      .enum(['lora', 'qlora', 'full'])
      .default('lora')
      .describe(
        'lora trains small matrices beside frozen weights; qlora does so on 4-bit weights (NVIDIA GPU only); full trains every weight.',
      ),
    rank: z.number().int().positive().max(1024).optional().describe('Rank of the LoRA matrices.'),
    alpha: z
      .number()
      .positive()
      .optional()
      .describe('LoRA scale numerator: updates are scaled by alpha / rank.'),
    dropout: z.number().min(0).max(1).optional().describe('Dropout before the LoRA matrices, 0 to 1.'),
    inputDropout: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .describe(
        "Share of the input's tokens left out while training, anew in every step, 0 to below 1. Helps where rows are few and no single word decides; every layer is then computed in every step.",
      ),
    softTargets: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        "Share of the target that the large model's label probabilities have, 0 to 1, in rows that `data distil` made; the rest is the row's own label. 0 ignores them.",
      ),
    layerShare: z
      .number()
      .gt(0)
      .max(1)
      .optional()
      .describe('Share of layers, from the top, that are trained; the layers below are computed only once.'),
    epochs: z.number().positive().optional().describe('Passes over the training rows.'),
    learningRate: z.number().positive().optional().describe('Peak learning rate.'),
    warmupShare: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('Share of steps over which the learning rate rises; it falls along a cosine afterwards.'),
    weightDecay: z.number().min(0).optional().describe('AdamW weight decay.'),
    batchSize: z.number().int().positive().optional().describe('Rows per optimiser step.'),
    maxGradNorm: z.number().positive().optional().describe('Gradients are clipped to this norm.'),
    maxLengthTokens: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('Longer rows are left out and listed; above a tenth of the rows training stops.'),
    patience: z
      .number()
      .int()
      .positive()
      .nullable()
      .optional()
      .describe(
        'Epochs in which neither score nor loss of the validation rows is better than before, before stopping; null never stops early.',
      ),
    seed: z.number().int().nonnegative().default(1).describe('Seed of initial weights and row order.'),
    precision: z
      .enum(['auto', 'bf16', 'fp32'])
      .default('auto')
      .describe(
        'auto is bf16 where the hardware computes in it, fp32 elsewhere and for models below 4 GB on a CPU.',
      ),
  })
  .prefault({});
export type TrainConfig = z.infer<typeof trainConfigSchema>;
