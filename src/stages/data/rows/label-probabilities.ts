import { z } from 'zod';
import type { RawRecord } from '../readers/raw-row.ts';
import type { Mapped } from './field-mapping.ts';

/** What `data distil` writes beside a label; everything else of the provenance is for people. */
const provenanceSchema = z.object({
  labelProbabilities: z.record(z.string(), z.number().min(0).max(1)).nullish(),
});

/** Probabilities that the large model gave the labels of a row it labelled; null where the row has none. */
export function labelProbabilitiesOf(record: RawRecord): Mapped<Readonly<Record<string, number>> | null> {
  const { provenance } = record;
  if (typeof provenance !== 'object' || provenance === null) return { value: null };
  const parsed = provenanceSchema.safeParse(provenance);
  if (parsed.success) return { value: parsed.data.labelProbabilities ?? null };
  const reason = '"provenance.labelProbabilities" is no mapping of labels to probabilities';
  return { problem: { code: 'wrong-type', reason } };
}
