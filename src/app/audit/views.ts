import type { Audit } from '../../core/audit.ts';
import type { SplitName } from '../../core/example.ts';
import type { DataFormat } from '../../stages/data/schema.ts';

export type { Audit };

/** What to audit. Paths are absolute. */
export interface AuditOptions {
  /** A file with labelled rows; the frozen development splits of the workspace when absent. */
  readonly file?: string;
  /** Files of other splits, to find rows that stand in two. */
  readonly others?: readonly { readonly split: Exclude<SplitName, 'train'>; readonly file: string }[];
  /** Captured inputs. */
  readonly traffic?: string;
  /** Captured inputs of the workspace: those of an alias, or all where it is null. */
  readonly captures?: { readonly alias: string | null };
  /** Column of the input; that of stepdown.yaml, or `input`, when absent. */
  readonly input?: string;
  readonly output?: string;
  /** By the name of the file when absent. */
  readonly format?: DataFormat;
  /** By stepdown.yaml, or by the targets, when absent. */
  readonly kind?: Audit['taskKind'];
  /** That of the base model when absent. */
  readonly contextTokens?: number;
  /** A specialist judges labels too: that of a folder (absolute), or the newest of the workspace where it is null. */
  readonly specialist?: { readonly dir: string | null };
}
