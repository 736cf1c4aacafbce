import { z } from 'zod';

/** `runtime:` how this machine is used; changes no result. */
export const runtimeSchema = z
  .strictObject({
    threads: z
      .int()
      .positive()
      .max(1024)
      .nullable()
      .default(null)
      .meta({ description: 'CPU threads; null takes every core.' }),
    gpuLayers: z
      .union([z.int().nonnegative(), z.literal('auto')])
      .default('auto')
      .meta({ description: 'Layers served on the GPU: a number, 0 for CPU only, or `auto` for what fits.' }),
    offline: z
      .boolean()
      .default(false)
      .meta({ description: 'Never touch the network; also STEPDOWN_OFFLINE=1 or --offline.' }),
  })
  .meta({ description: 'How this machine is used.' });
export type Runtime = z.infer<typeof runtimeSchema>;
