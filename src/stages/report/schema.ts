import { z } from 'zod';
import type { DatasetManifest } from '../../core/dataset.ts';
import type { Evaluation } from '../../core/evaluation.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';
import type { ApprovalEntry } from '../../core/test-approval.ts';
import type { TrainResult } from '../../core/trainer.ts';

/** One test row that the specialist won or lost against the reference, with both answers. */
export interface ReportCase {
  readonly id: string;
  readonly input: string;
  readonly target: string;
  readonly reference: string;
  readonly specialist: string;
}

/** Everything the report shows; nothing is computed there that is not already measured. */
export interface ReportData {
  readonly name: string;
  readonly evaluation: Evaluation;
  /** Who signed the test rows off; null where nobody did. */
  readonly testApproval: ApprovalEntry | null;
  readonly dataset: DatasetManifest;
  readonly training: TrainResult | null;
  readonly specialist: SpecialistManifest | null;
  /** System the won and lost cases are against; null where there are none. */
  readonly caseReference: string | null;
  readonly won: readonly ReportCase[];
  readonly lost: readonly ReportCase[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** Wall seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Result of the report stage. */
export const reportResultSchema = z.object({
  /** HTML file, relative to the workspace. */
  path: z.string(),
});
export type ReportResult = z.infer<typeof reportResultSchema>;
