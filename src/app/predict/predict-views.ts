export interface PredictOptions {
  /** Specialist folder; the workspace's latest when absent. */
  readonly specialist?: string;
}

export interface Prediction {
  readonly text: string;
  /** Probability of the answer, 0..1 (classify); null otherwise. */
  readonly confidence: number | null;
  /** Labels by falling probability (classify); null otherwise. */
  readonly labels: readonly { readonly label: string; readonly probability: number }[] | null;
  readonly latencyMs: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Name of the specialist that answered. */
  readonly specialist: string;
}

export interface PredictFileOptions extends PredictOptions {
  /** JSON Lines: `{"input": "..."}` or `{"messages": [...]}` a line, `id` optional. Absolute path. */
  readonly inputFile: string;
  /** JSON Lines, one answer a row, in the order of the input; continued when it has rows already. */
  readonly outputFile: string;
}

export interface PredictFileResult {
  readonly outputFile: string;
  readonly rows: number;
  /** Rows found in the output of an interrupted run and kept. */
  readonly resumed: number;
  /** Rows with an `error` instead of an answer. */
  readonly failures: number;
  /** Those of them that cannot be read as an input: no model was asked. */
  readonly unusable: number;
  readonly seconds: number;
}
