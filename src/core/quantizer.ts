/** Quantisations that are offered, largest first. */
export const quantizationTypes = ['F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q4_0'] as const;
export type QuantizationType = (typeof quantizationTypes)[number];

export interface QuantizeRequest {
  /** GGUF in any type; quantised input is dequantised first. */
  readonly inputFile: string;
  /** Written beside, then renamed: never seen half-written. */
  readonly outputFile: string;
  readonly type: QuantizationType;
  /** null: all cores. */
  readonly threads: number | null;
}

/** Rewrites a GGUF file in another precision. */
export interface Quantizer {
  /** @throws PrerequisiteError `llama-library-missing` */
  check(): Promise<{ readonly libraryVersion: string }>;
  /** @throws DataError `gguf-invalid` | PrerequisiteError `disk-full` | `quantize-failed` */
  quantize(request: QuantizeRequest): Promise<{ readonly sizeBytes: number; readonly seconds: number }>;
}
