import type { Artifact } from '../core/artifact.ts';
import type { DatasetManifest, Repair, SetAsideRow } from '../core/dataset.ts';
import type { Estimate } from '../core/estimate.ts';
import type { Comparison, Evaluation, SystemResult } from '../core/evaluation.ts';
import type { DevelopmentSplitName, Example } from '../core/example.ts';
import type { ResolvedModel } from '../core/model-source.ts';
import type { QuantizationType } from '../core/quantizer.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { Progress } from '../core/stage.ts';
import type { ApprovalEntry } from '../core/test-approval.ts';
import type { TrainResult } from '../core/trainer.ts';
import type { Simulation } from '../stages/cascade/index.ts';
import type { Decision } from '../stages/decide/index.ts';
import type { Audit, AuditOptions } from './audit/views.ts';
import type { CaptureVerbs } from './captures/views.ts';
import type {
  CalibrateOptions,
  CascadeCalibrationView,
  CascadeExplanation,
  ExplainOptions,
  SimulateOptions,
} from './cascade/views.ts';
import type {
  LearningCurveOptions,
  LearningCurveView,
  RowsNeededOptions,
  RowsNeededView,
} from './curve/views.ts';
import type { DecideOptions, WrittenDecision } from './decide/views.ts';
import type { GrowingVerbs } from './growing/views.ts';
import type { InterviewVerbs } from './interview/views.ts';
import type { KeyVerbs } from './keys/views.ts';
import type {
  PredictFileOptions,
  PredictFileResult,
  Prediction,
  PredictOptions,
} from './predict/predict-views.ts';
import type { ReviewVerbs } from './review/views.ts';

export type * from './cascade/views.ts';
export type * from './decide/views.ts';
export type * from './predict/predict-views.ts';
export type { Decision, LearningCurveView, RowsNeededView, Simulation };

/** The stages of the pipeline, in the order they run. */
export const stageNames = ['data', 'base', 'train', 'quantize', 'evaluate', 'specialist', 'report'] as const;
export type StageName = (typeof stageNames)[number];

/** What `export` can write. */
export const exportFormats = ['gguf', 'adapter', 'ollama', 'card'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Everything a caller decides once; the app loads the rest from the workspace and the environment. */
export interface AppOptions {
  /** Absolute path of the workspace: the folder with stepdown.yaml. */
  readonly workspaceDir: string;
  /** Absolute path of the configuration where it is not stepdown.yaml in that folder. */
  readonly configFile?: string;
  /** Values from flags by dotted key of stepdown.yaml (`effort`, `runtime.offline`); they win over all else. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly progress: Progress;
  /** Aborted by Ctrl-C; running work then ends with an InterruptedError and keeps what it has. */
  readonly signal: AbortSignal;
}

export interface PipelineOptions {
  /** Last stage to run; all when absent. */
  readonly until?: StageName;
  /** Run every stage again although nothing changed. */
  readonly force?: boolean;
}

/** How one stage of a pipeline run went. */
export interface StageSummary {
  readonly stage: StageName;
  readonly runId: string;
  /** `unchanged`: same inputs and parameters as run `runId`, so its outputs were taken as they are. */
  readonly outcome: 'ran' | 'unchanged';
  readonly seconds: number;
  readonly outputs: readonly Artifact[];
}

/** What is known after a pipeline run; null where the stage was not reached. */
export interface PipelineResult {
  readonly stages: readonly StageSummary[];
  readonly dataset: DatasetManifest | null;
  readonly base: ResolvedModel | null;
  readonly train: TrainResult | null;
  /** With a finding on whether a person approved the test rows. */
  readonly evaluation: Evaluation | null;
  /** Who approved the rows of the evaluation; null where nobody did, or where the stage was not reached. */
  readonly testApproval: ApprovalEntry | null;
  /** Relative to the workspace. */
  readonly specialistDir: string | null;
  /** HTML file, relative to the workspace. */
  readonly report: string | null;
  readonly seconds: number;
}

export interface DatasetView {
  /** Folder of the frozen dataset, relative to the workspace. */
  readonly dir: string;
  readonly manifest: DatasetManifest;
  /** Who approved the test rows; null where nobody did. */
  readonly testApproval: ApprovalEntry | null;
  readonly split: DevelopmentSplitName;
  /** The first rows of the split. The test split is sealed and never shown. */
  readonly examples: readonly Example[];
  readonly setAside: readonly SetAsideRow[];
  readonly repairs: readonly Repair[];
}

/** Memory one way of using a model needs, against what the machine has. */
export interface FitRow {
  /** `lora`, `qlora` and `full` train; a quantisation serves. */
  readonly use: 'lora' | 'qlora' | 'full' | QuantizationType;
  readonly memoryBytes: number;
  readonly fits: boolean;
  /** Why not, or what it rests on: "needs an NVIDIA GPU". */
  readonly note: string | null;
}

export interface HardwareFit {
  /** Memory that is free to use now: of the GPU where there is one, else of the machine. */
  readonly availableBytes: number;
  readonly device: string;
  readonly rows: readonly FitRow[];
}

export interface ModelSummary {
  /** Catalogue id: what `model:` in stepdown.yaml takes. */
  readonly id: string;
  readonly title: string;
  readonly reference: string;
  readonly parameters: number | null;
  readonly contextTokens: number | null;
  /** SPDX identifier or name. */
  readonly licence: string;
  /** Already on this machine. */
  readonly cached: boolean;
  /** What a download would be, or what the cached files take; null where unknown. */
  readonly sizeBytes: number | null;
  /** Whether LoRA training fits this machine; null where the size is unknown. */
  readonly trains: boolean | null;
}

/** One model in detail; `resolved` is null while it is not on this machine. */
export interface ModelView {
  readonly summary: ModelSummary;
  readonly resolved: ResolvedModel | null;
  readonly fit: HardwareFit | null;
}

/** Two runs of one stage, side by side. */
export interface RunComparison {
  readonly a: RunRecord;
  readonly b: RunRecord;
  /** Parameters that differ, by dotted key; undefined values are null. */
  readonly parameters: readonly { readonly key: string; readonly a: unknown; readonly b: unknown }[];
  /** Metrics of the specialist where both runs evaluated; `difference` is b minus a, paired on the same test rows. */
  readonly metrics: readonly {
    readonly name: string;
    readonly a: Estimate | null;
    readonly b: Estimate | null;
    readonly difference: Estimate | null;
    readonly pValue: number | null;
  }[];
  /** Why no paired difference could be made, e.g. other datasets; null where it was. */
  readonly unpaired: string | null;
}

export interface ExportOptions {
  /** Absolute path of the folder to write; must not exist or be empty. */
  readonly dir: string;
  readonly formats: readonly ExportFormat[];
  /** Specialist folder; the workspace's latest when absent. */
  readonly specialist?: string;
}

export interface WrittenFile {
  /** "gguf-Q8_0", "adapter-peft", "modelfile", "model-card", "report". */
  readonly kind: string;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface DoctorCheck {
  /** `node`, `python`, `disk`, `memory`, `cores`, `gpu`, `engine`, `weights`. */
  readonly id: string;
  /** `missing` stops work; `warning` only limits it; `skipped` could not be tried, e.g. offline. */
  readonly status: 'ok' | 'warning' | 'missing' | 'skipped';
  /** In a few words: "Python 3.12.4 at /usr/bin/python3". */
  readonly found: string;
  /** What to do; null where nothing is to be done. */
  readonly hint: string | null;
}

export interface BenchmarkOptions {
  /** Model references, side by side. */
  readonly models: readonly string[];
  /** Examples shown in the prompt; 0 asks with the instruction alone. */
  readonly shots: number;
  /** Rows to ask, at most. */
  readonly rows: number;
}

/** Untuned models on the same rows. Never the test split: choosing a base on it would spoil it. */
export interface BenchmarkResult {
  readonly split: DevelopmentSplitName;
  readonly rows: number;
  readonly shots: number;
  readonly primaryMetric: string;
  readonly systems: readonly SystemResult[];
  readonly comparisons: readonly Comparison[];
}

/** How a gateway is run; the rest is in the section `serve` of stepdown.yaml. */
export interface ServeOptions {
  /** Processes that answer; each has an event loop and its own models. */
  readonly workers: number;
  /** Called once when requests are answered. */
  readonly onReady: (ready: GatewayReady) => void;
}

export interface GatewayReady {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Model names that requests may name. */
  readonly aliases: readonly string[];
}

/**
 * All that stepdown does, behind one seam: the CLI renders what these return and nothing else.
 * Every method may throw a StepdownError; results are plain JSON values.
 */
export interface App extends CaptureVerbs, KeyVerbs, GrowingVerbs, ReviewVerbs, InterviewVerbs {
  /** Runs the stages whose inputs changed. Gates that do not pass are in the result, not thrown. */
  runPipeline(options?: PipelineOptions): Promise<PipelineResult>;
  /**
   * How the score grows with the training rows, on development rows only. Works on a file without stepdown.yaml.
   * @throws ConfigError `specialist-curve-needs-workspace`
   */
  learningCurve(options: LearningCurveOptions): Promise<LearningCurveView>;
  /** How many test rows show a difference, and what the present ones can show. Works without stepdown.yaml. */
  rowsNeeded(options: RowsNeededOptions): Promise<RowsNeededView>;
  showData(options: { readonly split: DevelopmentSplitName; readonly rows: number }): Promise<DatasetView>;

  listModels(): Promise<readonly ModelSummary[]>;
  /** @throws PrerequisiteError `network-unreachable` | `disk-full` | DataError `checksum-mismatch` */
  pullModel(reference: string): Promise<ModelView>;
  /** Never downloads weights. @throws ConfigError `model-unknown` */
  showModel(reference: string): Promise<ModelView>;

  /** Newest first. */
  listRuns(): Promise<readonly RunRecord[]>;
  /** @throws ConfigError `run-unknown` with `details.candidates`, the ids to suggest */
  showRun(id: string): Promise<RunRecord>;
  compareRuns(a: string, b: string): Promise<RunComparison>;

  predict(input: string, options?: PredictOptions): Promise<Prediction>;
  predictFile(options: PredictFileOptions): Promise<PredictFileResult>;

  /** Fits when to answer locally, on the calibration split alone. A goal that cannot be met is in the result, not thrown. */
  calibrateCascade(options?: CalibrateOptions): Promise<CascadeCalibrationView>;
  /** Plays the calibrated policy over the test rows, for reporting only. */
  simulateCascade(options?: SimulateOptions): Promise<Simulation>;
  explainCascade(input: string, options?: ExplainOptions): Promise<CascadeExplanation>;

  /** Renders the latest evaluation; `output` is an absolute path, the workspace's report folder when absent. */
  writeReport(options: { readonly output?: string }): Promise<WrittenFile>;
  exportSpecialist(options: ExportOptions): Promise<readonly WrittenFile[]>;

  /** Runs the gateway until the signal aborts; open requests are answered first. */
  serve(options: ServeOptions): Promise<void>;

  /** Looks for what makes a dataset, and what is learnt from it, worse. Writes nothing; works without stepdown.yaml. */
  auditData(options: AuditOptions): Promise<Audit>;

  /**
   * Keep, own, combine or retrieve: from answers and from what the workspace has measured. Works without stepdown.yaml.
   * `answersFile` is an absolute path.
   * @throws ConfigError `answers-missing` | `answers-invalid` | `answers-contradict` | `currency-rate-missing`
   */
  decide(options: DecideOptions): Promise<WrittenDecision>;

  /** Works without stepdown.yaml, and offline. */
  doctor(): Promise<readonly DoctorCheck[]>;
  benchmark(options: BenchmarkOptions): Promise<BenchmarkResult>;

  /** Closes the database and lets go of the workspace. */
  close(): Promise<void>;
}

/** Signature of `createApp` in `create-app.ts`, the composition root. */
export type CreateApp = (options: AppOptions) => Promise<App>;
