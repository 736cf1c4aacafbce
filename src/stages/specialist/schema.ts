import { z } from 'zod';
import { specialistManifestSchema } from '../../core/specialist.ts';

/** Result of the specialist stage. */
export const specialistResultSchema = z.object({
  /** Folder of the specialist, relative to the workspace. */
  dir: z.string(),
  manifest: specialistManifestSchema,
});
export type SpecialistResult = z.infer<typeof specialistResultSchema>;
