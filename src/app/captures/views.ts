import type { Capture, CaptureWithFeedback, ContentPolicy } from '../../core/capture.ts';
import type { SetAsideRow } from '../../core/dataset.ts';
import type { LogFormat, TrainingReason } from '../../stages/serve/capture/names.ts';

// From where they stand, not through the stage's index: the help names them, and loads nothing else of the stage.
export {
  importFormats,
  type LogFormat,
  type TrainingReason,
  trainingReasons,
} from '../../stages/serve/capture/names.ts';

/** Which captures; times in milliseconds since 1970-01-01 UTC. */
export interface CaptureFilter {
  readonly alias?: string;
  /** At or after. */
  readonly since?: number;
  /** Before. */
  readonly until?: number;
  readonly route?: Capture['route'];
}

export interface CaptureList {
  /** Newest first. */
  readonly captures: readonly CaptureWithFeedback[];
  /** All that are kept, whatever the filter. */
  readonly total: number;
  /** What they take, as JSON. */
  readonly bytes: number;
}

/** How training rows are written: both are formats that `data.sources` reads. */
export const captureRowFormats = ['chat-jsonl', 'jsonl'] as const;
export type CaptureRowFormat = (typeof captureRowFormats)[number];

export interface ExportCapturesOptions extends CaptureFilter {
  /** JSON Lines; absolute path. */
  readonly output: string;
  readonly format: CaptureRowFormat;
  /** All when absent. */
  readonly reasons?: readonly TrainingReason[];
}

export interface CaptureExport {
  readonly output: string;
  readonly format: CaptureRowFormat;
  readonly rows: number;
  readonly byReason: Readonly<Partial<Record<TrainingReason, number>>>;
  /** Captures that gave no row, by why. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Rows of which other captures said otherwise. */
  readonly conflicts: number;
  /** Rows in which something was replaced by a placeholder. */
  readonly redactedRows: number;
  /** Captures whose input is in the test split or nearly the same as one there, which is never trained on; the first thousand. */
  readonly inTestSplit: readonly string[];
  /** False where the workspace has no dataset yet, so that there was no test split to compare with. */
  readonly testSplitChecked: boolean;
}

export interface ImportCapturesOptions {
  /** Absolute path. */
  readonly file: string;
  /** By its first record when absent. */
  readonly format?: LogFormat;
  /** The log's own model name when absent. */
  readonly alias?: string;
  /** The gateway's policy when absent. */
  readonly content?: Exclude<ContentPolicy, 'none'>;
}

export interface CaptureImport {
  readonly file: string;
  readonly format: LogFormat;
  readonly records: number;
  /** Captures that were not there before. */
  readonly imported: number;
  /** Captures that an earlier import had brought. */
  readonly known: number;
  /** Records that call no model or failed, by why. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly setAsideCount: number;
  /** The first thousand. */
  readonly setAside: readonly SetAsideRow[];
}

/** What can be done with captures; a gateway may be running beside it. */
export interface CaptureVerbs {
  listCaptures(options: CaptureFilter & { readonly limit: number }): Promise<CaptureList>;
  /** By its id or the beginning of it. @throws ConfigError `capture-unknown` with `details.candidates` */
  showCapture(id: string): Promise<CaptureWithFeedback>;
  /** Captures that teach something, as rows for `data.sources`. */
  exportCaptures(options: ExportCapturesOptions): Promise<CaptureExport>;
  /** @throws ConfigError `log-format-unknown` | `log-file-missing`; DataError `log-empty` */
  importCaptures(options: ImportCapturesOptions): Promise<CaptureImport>;
}
