import type { AuditKind, AuditSuggestion } from '../../core/audit.ts';
import type { DevelopmentSplitName, Example } from '../../core/example.ts';
import type { ReviewDecision } from '../../core/review.ts';
import type { ApprovalEntry, IncumbentScore } from '../../core/test-approval.ts';
import type { AuditOptions } from '../audit/views.ts';

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

/** A decision as it is made; id, name and time come with recording. */
export type NewDecision = Pick<ReviewDecision, 'action' | 'row' | 'target' | 'kind' | 'place' | 'note'>;

/** One row that an audit flagged, with all a person needs to judge it. */
export interface FlaggedRow {
  /** Address of the row: what a line of `--decisions` names. */
  readonly row: string;
  readonly split: DevelopmentSplitName;
  readonly file: string;
  readonly line: number;
  readonly input: string;
  readonly target: string;
  /** Everything it was flagged for, worst first; at least one. */
  readonly flags: readonly {
    readonly kind: AuditKind;
    readonly evidence: string;
    readonly suggestion: AuditSuggestion | null;
    /** The first row that is the reason: of a duplicate, a conflict or a leak. Null where there is none, or it is a test row. */
    readonly other: Pick<FlaggedRow, 'split' | 'file' | 'line' | 'input' | 'target'> | null;
  }[];
}

/** Which audit flags the rows. */
export interface FlaggedRowsOptions extends Pick<AuditOptions, 'specialist'> {
  /** Absolute path of what `stepdown data audit --json` printed; a fresh audit when absent. */
  readonly auditFile?: string;
}

export interface ReviewQueue {
  /** Rows that nobody has decided on since they were as they are. */
  readonly open: readonly FlaggedRow[];
  /** Flagged rows that somebody has decided on. */
  readonly decided: number;
  /** Labels of the task (classify); null for other kinds. */
  readonly labels: readonly string[] | null;
}

/** Decisions, what holds, and what they are about. */
export interface DecisionList {
  readonly decisions: readonly (ReviewDecision & {
    /** `undone` and `replaced` (by a later one on the same row) do nothing. */
    readonly state: 'holds' | 'undone' | 'replaced';
  })[];
}

/** What people say about rows. */
export interface ReviewVerbs extends ApprovalVerbs {
  flaggedRows(options: FlaggedRowsOptions): Promise<ReviewQueue>;
  recordDecisions(by: string, decisions: readonly NewDecision[]): Promise<readonly ReviewDecision[]>;
  /** @throws ConfigError `decision-unknown` | `decision-undone` */
  undoDecision(id: string, request: SignedRequest): Promise<ReviewDecision>;
  listDecisions(): Promise<DecisionList>;
}
