import type { QuantizationType } from '../../core/quantizer.ts';
import type { ModelShape } from '../catalogue/entry.ts';
import { bitsPerWeight } from '../formats/ggml-types.ts';

/** What a machine has; free or total is the caller's choice. */
export interface Machine {
  readonly memoryBytes: number;
  readonly gpuMemoryBytes: number | null;
}

/** Bytes by what they are for. */
export type MemoryBreakdown = Readonly<Record<string, number>>;

export interface MemoryFit {
  readonly totalBytes: number;
  readonly breakdown: MemoryBreakdown;
  /** `tight`: above 85 % of what there is. */
  readonly outcome: 'fits' | 'tight' | 'does-not-fit';
  /** What to change where it does not fit; null where it does. */
  readonly hint: string | null;
}

export interface TrainingNeed {
  readonly method: 'lora' | 'qlora' | 'full';
  /** LoRA rank on every linear layer. */
  readonly rank: number;
  /** Tokens of one forward pass: rows times longest row. */
  readonly batchTokens: number;
  /** Positions whose logits are computed. */
  readonly answerTokens: number;
}

/** Memory of training. Weights are bf16 (4-bit NF4 for QLoRA); AdamW keeps two fp32 states a trained weight. */
export function trainingFit(shape: ModelShape, need: TrainingNeed, machine: Machine): MemoryFit {
  const { hidden, layers, ffn, heads, kvHeads, headSize, vocabulary, parameters } = shape;
  const embeddings = vocabulary * hidden * (shape.tiedEmbeddings ? 1 : 2);
  const query = heads * headSize;
  const keyValue = kvHeads * headSize;
  const perRank = 2 * (hidden + query) + 2 * (hidden + keyValue) + 3 * (hidden + ffn);
  const adapters = need.method === 'full' ? 0 : layers * need.rank * perRank;
  const trained = need.method === 'full' ? parameters : adapters;
  // NF4 with double quantisation: 4.127 bits a weight (QLoRA, arXiv 2305.14314); embeddings stay bf16.
  const weights =
    need.method === 'qlora'
      ? Math.ceil(((parameters - embeddings) * 4.127) / 8) + embeddings * 2
      : parameters * 2;
  // bf16 values kept for the backward pass in each layer: norms, projections, attention output, gated feed-forward.
  const activations = layers * need.batchTokens * (4 * hidden + 2 * query + 2 * keyValue + 4 * ffn) * 2;
  const breakdown = {
    weights,
    adapters: adapters * 4,
    gradients: trained * (need.method === 'full' ? 2 : 4),
    optimizer: trained * 8,
    activations,
    // Logits in fp32, their gradient and the softmax between.
    logits: need.answerTokens * vocabulary * 4 * 3,
    runtime: 600e6,
  };
  if (need.method === 'qlora' && machine.gpuMemoryBytes === null) {
    return { ...judge(breakdown, 0, ''), hint: 'QLoRA needs an NVIDIA GPU: choose method lora.' };
  }
  const change = { lora: 'method qlora, ', qlora: '', full: 'method lora, ' }[need.method];
  return judge(
    breakdown,
    machine.gpuMemoryBytes ?? machine.memoryBytes,
    `Choose ${change}a smaller batch or a smaller base model.`,
  );
}

export interface ServingNeed {
  readonly type: QuantizationType;
  readonly contextTokens: number;
  /** Requests decoded at once, each with its own context. */
  readonly sequences: number;
  /** All layers lie in GPU memory; counts only where there is a GPU. Default false. */
  readonly offloaded?: boolean;
}

/** Memory of serving a GGUF: weights, F16 key-value cache, compute buffer of one batch. */
export function servingFit(shape: ModelShape, need: ServingNeed, machine: Machine): MemoryFit {
  const batch = Math.min(512, need.contextTokens);
  const breakdown = {
    weights: quantizedBytes(shape, need.type),
    cache: 2 * 2 * shape.layers * shape.kvHeads * shape.headSize * need.contextTokens * need.sequences,
    compute: batch * 4 * (shape.vocabulary + 2 * shape.ffn + 4 * shape.hidden),
    runtime: 100e6,
  };
  const hint = 'Choose a smaller quantisation, a shorter context, fewer sequences or a smaller base model.';
  const gpu = need.offloaded === true ? machine.gpuMemoryBytes : null;
  return judge(breakdown, gpu ?? machine.memoryBytes, hint);
}

/** File size of a quantisation. The K mixes give half of the value and down projections 6 bits; output is Q6_K. */
export function quantizedBytes(shape: ModelShape, type: QuantizationType): number {
  const plain = { F16: 'F16', Q8_0: 'Q8_0', Q6_K: 'Q6_K', Q5_K_M: 'Q5_K', Q4_K_M: 'Q4_K', Q4_0: 'Q4_0' }[
    type
  ];
  const output = type === 'F16' || type === 'Q8_0' ? plain : 'Q6_K';
  const embedding = shape.vocabulary * shape.hidden;
  const rest = shape.parameters - embedding * (shape.tiedEmbeddings ? 1 : 2);
  const sensitive = shape.layers * shape.hidden * (shape.kvHeads * shape.headSize + shape.ffn);
  const raised = type === 'Q4_K_M' || type === 'Q5_K_M' ? sensitive / 2 : 0;
  const bits =
    (rest - raised) * bitsPerWeight(plain) +
    raised * bitsPerWeight('Q6_K') +
    embedding * bitsPerWeight(output) +
    (shape.tiedEmbeddings ? 0 : embedding * bitsPerWeight(plain));
  return Math.round(bits / 8);
}

function judge(breakdown: MemoryBreakdown, available: number, hint: string): MemoryFit {
  const totalBytes = Object.values(breakdown).reduce((sum, bytes) => sum + bytes, 0);
  if (totalBytes > available) return { totalBytes, breakdown, outcome: 'does-not-fit', hint };
  return { totalBytes, breakdown, outcome: totalBytes > 0.85 * available ? 'tight' : 'fits', hint: null };
}
