import { z } from 'zod';

/** A file or folder that a stage wrote, pinned by its content. */
export const artifactSchema = z.object({
  /** What it is: "dataset", "adapter-peft", "gguf-f16", "report". */
  kind: z.string(),
  /** Relative to the workspace. */
  path: z.string(),
  sha256: z.string().length(64),
  sizeBytes: z.number().int().nonnegative(),
});
export type Artifact = z.infer<typeof artifactSchema>;
