import type { Evidence } from './situation/evidence.ts';

/** A figure of the field: a direction, not a measurement. Shown as such until the user's own takes its place. */
export interface Figure {
  readonly id: string;
  readonly statement: string;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly source: string;
  /** When it was taken into this table. */
  readonly date: string;
  /** The user's own measurement, in the same unit; null where there is none. */
  readonly measured: (evidence: Evidence) => number | null;
}

const practice = 'rule of thumb of the field, not measured here';
const date = '2026-11';
const never = () => null;

/** The directional figures. */
export const figures: readonly Figure[] = [
  {
    id: 'lora-quality',
    statement: 'LoRA reaches this share of full fine-tuning',
    low: 0.9,
    high: 0.95,
    unit: 'share of the quality',
    source: `${practice}; compare Biderman et al., "LoRA Learns Less and Forgets Less", 2024`,
    date,
    measured: never,
  },
  {
    id: 'lora-memory',
    statement: 'LoRA trains in so many times less memory than full fine-tuning',
    low: 10,
    high: 20,
    unit: 'times less memory',
    source: `${practice}; compare Hu et al., "LoRA", 2021, which finds 3 times on GPT-3`,
    date,
    measured: never,
  },
  {
    id: 'qlora-quality',
    statement: 'QLoRA reaches this share of full fine-tuning',
    low: 0.8,
    high: 0.9,
    unit: 'share of the quality',
    source: `${practice}; compare Dettmers et al., "QLoRA", 2023, which finds no loss on its own tasks`,
    date,
    measured: never,
  },
  {
    id: 'qlora-memory',
    statement: 'An 8B takes about 5 GB with QLoRA, and 15 GB in 16 bits',
    low: 5,
    high: 15,
    unit: 'GB',
    source: `${practice}; compare Dettmers et al., "QLoRA", 2023 (Guanaco 7B: 5 GB)`,
    date,
    measured: never,
  },
  {
    id: 'quantization-loss',
    statement: 'GGUF at 4 bits (Q4) loses this much',
    low: 0.01,
    high: 0.03,
    unit: 'share of the quality',
    source: `${practice}; compare Jin et al., "A Comprehensive Evaluation of Quantization Strategies for Large Language Models", 2024`,
    date,
    measured: ({ evaluation }) =>
      evaluation?.quantizationDelta ? -evaluation.quantizationDelta.value : null,
  },
  {
    id: 'training-run-cost',
    statement: 'One training run of an 8B on 10,000 examples, on a rented A100',
    low: 10,
    high: 30,
    unit: 'USD a run',
    source: practice,
    date,
    measured: never,
  },
  {
    id: 'cpu-tokens-per-second',
    statement: 'An 8B at 4 bits on a CPU writes',
    low: 10,
    high: 30,
    unit: 'tokens/s',
    source: practice,
    date,
    measured: ({ evaluation }) => evaluation?.tokensPerSecond ?? null,
  },
  {
    id: 'serving-memory',
    statement: 'An 8B is served in this much GPU memory',
    low: 8,
    high: 12,
    unit: 'GB',
    source: practice,
    date,
    measured: ({ evaluation }) => (evaluation?.memoryBytes ? evaluation.memoryBytes / 1e9 : null),
  },
  {
    id: 'functional-rows',
    statement: 'A specialist begins to work at about this many examples',
    low: 1000,
    high: 1000,
    unit: 'rows',
    source: practice,
    date,
    measured: never,
  },
  {
    id: 'production-rows',
    statement: 'A specialist for production learns from this many examples',
    low: 10_000,
    high: 100_000,
    unit: 'rows',
    source: practice,
    date,
    measured: never,
  },
  {
    id: 'good-beats-many',
    statement: 'So many good examples beat ten times as many noisy ones',
    low: 500,
    high: 500,
    unit: 'rows',
    source: `${practice}; compare Zhou et al., "LIMA: Less Is More for Alignment", 2023`,
    date,
    measured: never,
  },
  {
    id: 'documents-mean-retrieval',
    statement: 'Facts in so many documents are looked up, not trained in',
    low: 200,
    high: 500,
    unit: 'documents',
    source: `${practice}; compare Ovadia et al., "Fine-Tuning or Retrieval?", 2023`,
    date,
    measured: never,
  },
  {
    id: 'calls-that-pay',
    statement: 'Hundreds of calls a day seldom pay for a model of your own; thousands do',
    low: 1000,
    high: 10_000,
    unit: 'calls a day',
    source: `${practice}; the cost model decides with your own numbers`,
    date,
    measured: never,
  },
  {
    id: 'local-latency',
    statement: 'Below a second with hundreds of requests at once means serving locally',
    low: 100,
    high: 999,
    unit: 'requests at once',
    source: practice,
    date,
    measured: never,
  },
  {
    id: 'cloud-latency',
    statement: 'At low volume, where so many seconds will do, the cloud is right',
    low: 2,
    high: 5,
    unit: 's',
    source: practice,
    date,
    measured: never,
  },
];

/** A figure as it is shown. */
export interface ShownFigure extends Omit<Figure, 'measured'> {
  /** Set where the user's own measurement has taken the figure's place. */
  readonly measured: number | null;
}

/** Every figure, with the user's own beside it where there is one. */
export function shownFigures(evidence: Evidence): ShownFigure[] {
  return figures.map(({ measured, ...figure }) => ({ ...figure, measured: measured(evidence) }));
}

/** A figure by its id. */
export function figure(id: string): Figure {
  const found = figures.find(candidate => candidate.id === id);
  if (found === undefined) throw new Error(`no figure ${id}`);
  return found;
}
