import type { Example } from '../../core/example.ts';
import type { ApprovalEntry, IncumbentScore } from '../../core/test-approval.ts';

/** What is known about the test set's approval. */
export interface ApprovalView {
  /** SHA-256 of the test rows. */
  readonly testHash: string;
  readonly datasetHash: string;
  readonly rows: number;
  /** The approval that holds; null where none does. */
  readonly approval: ApprovalEntry | null;
  /** All that was said about these rows, oldest first. */
  readonly history: readonly ApprovalEntry[];
  /** The large model's score on these rows; null where the newest evaluation has none. */
  readonly incumbent: IncumbentScore | null;
  /** Whether stepdown.yaml names a large model. */
  readonly incumbentConfigured: boolean;
}

/** The same, with rows for a person to look at. */
export interface TestRowsView extends ApprovalView {
  /** 1-based number of the first row that is shown. */
  readonly from: number;
  readonly examples: readonly Example[];
}

export interface SignedRequest {
  readonly by: string;
  readonly note: string | null;
}

/** Signing the test set off. */
export interface ApprovalVerbs {
  /** Shows test rows to a person, the one verb that does, and writes nothing. `rows` 0 shows none. */
  showApproval(options: { readonly rows: number; readonly from: number }): Promise<TestRowsView>;
  approveTestSet(request: SignedRequest): Promise<ApprovalView>;
  /** @throws ConfigError `approval-missing` */
  revokeApproval(request: SignedRequest): Promise<ApprovalView>;
}
