import type { TaskKind } from '../../core/task.ts';
import { type Hyperparameters, hyperparametersSchema } from '../../core/trainer.ts';
import { type Effort, type TrainConfig, trainConfigSchema } from './schema.ts';

/** What hyperparameters are derived from. */
export interface TrainingFacts {
  readonly effort: Effort;
  readonly taskKind: TaskKind;
  /** Rows of the train split. */
  readonly rows: number;
  /** Of these, rows with label probabilities of a large model. */
  readonly softRows: number;
  readonly validationRows: number;
  /** Parameters of the base model; null where unknown. */
  readonly baseParameters: number | null;
  readonly contextTokens: number;
}

/** One hyperparameter with where it comes from, for printing. */
export interface DerivedValue {
  readonly key: keyof Hyperparameters;
  readonly value: Hyperparameters[keyof Hyperparameters];
  /** One line. */
  readonly reason: string;
  /** True where stepdown.yaml sets it. */
  readonly set: boolean;
}

type Reasoned = { readonly [Key in keyof Hyperparameters]: readonly [Hyperparameters[Key], string] };

/**
 * Every hyperparameter from the dial `effort`, the task and the sizes; what stepdown.yaml sets wins.
 * The figures were chosen on validation rows: docs/experiments.md, "Effort presets on fault reports", "Which weights to keep" and
 * "Leaving out words of the input while training".
 */
export function deriveHyperparameters(
  config: TrainConfig,
  facts: TrainingFacts,
): { readonly hyperparameters: Hyperparameters; readonly values: readonly DerivedValue[] } {
  const derived = derive(config, facts);
  const values = (Object.keys(derived) as (keyof Hyperparameters)[]).map(key => {
    const set = config[key] !== undefined && config[key] !== schemaDefaults[key];
    const [value, reason] = derived[key];
    return { key, value: set ? config[key]! : value, reason: set ? 'set in stepdown.yaml' : reason, set };
  });
  // `null` is a value for patience ("never"), so it is looked at apart from undefined.
  const withPatience = values.map(entry =>
    entry.key === 'patience' && config.patience !== undefined ? { ...entry, value: config.patience } : entry,
  );
  const hyperparameters = hyperparametersSchema.parse(
    Object.fromEntries(withPatience.map(({ key, value }) => [key, value])),
  );
  return { hyperparameters, values: withPatience };
}

/** Keys whose default stands in the schema: what equals it was not chosen by anybody. */
const schemaDefaults: Partial<Record<keyof Hyperparameters, unknown>> = trainConfigSchema.parse({});

function derive(config: TrainConfig, facts: TrainingFacts): Reasoned {
  const { effort } = facts;
  const rank = config.rank ?? { quick: 8, standard: 16, thorough: 32 }[effort];
  const inputDropout = inputDropoutFor(facts, config.layerShare);
  const [epochs, epochReason] = epochsFor(facts, config.inputDropout ?? inputDropout[0]);
  const [rate, rateReason] = learningRateFor(config.method, facts);
  const longest = Math.min(facts.contextTokens, facts.taskKind === 'classify' ? 512 : 2048);
  return {
    method: [config.method, 'default: adapters are small, and several share one base model'],
    rank: [rank, `effort ${effort}`],
    alpha: [2 * rank, 'twice the rank: updates keep their size when the rank changes'],
    dropout: [0, 'averaged weights and the choice of the epoch hold overfitting back'],
    inputDropout,
    softTargets: softTargetsFor(facts),
    layerShare:
      effort === 'quick'
        ? [0.5, 'effort quick: the lower half is computed once, which halves the time and costs some quality']
        : [1, `effort ${effort}: adapters in all layers score best`],
    epochs: [epochs, epochReason],
    learningRate: [rate, rateReason],
    warmupShare: [0.05, 'a short rise keeps the first steps stable'],
    weightDecay: [0, 'the low rank limits the weights already'],
    batchSize:
      facts.rows < 1_000
        ? [8, `${facts.rows} rows: twice as many steps as with 16 scored better at equal work`]
        : [16, 'large enough for fast matrix products, small enough for many steps'],
    maxGradNorm: [1, 'customary bound'],
    maxLengthTokens: [longest, `${facts.taskKind} rows; the model's context is ${facts.contextTokens}`],
    patience:
      facts.validationRows === 0
        ? [null, 'no validation rows to look at']
        : [{ quick: 1, standard: 2, thorough: 3 }[effort], `effort ${effort}: epochs without improvement`],
    seed: [config.seed, 'default'],
    precision: [
      config.precision,
      'bf16 where the hardware computes in it, fp32 elsewhere and for small models on a CPU',
    ],
  };
}

/** Above this many rows the words of one row are seen in others: nothing was measured there. */
const fewRows = 2_000;

/** Leaving out words keeps a small set from being learned by heart; an answer copied from the input needs them all. */
function inputDropoutFor(
  facts: TrainingFacts,
  layerShare = facts.effort === 'quick' ? 0.5 : 1,
): [number, string] {
  if (facts.taskKind !== 'classify') return [0, `${facts.taskKind}: every word of the input may be needed`];
  if (layerShare < 1) return [0, 'the lower layers are computed once for every row'];
  if (facts.rows >= fewRows) return [0, `${facts.rows} rows`];
  return [0.15, `${facts.rows} rows: words left out at random keep them from being learned by heart`];
}

/**
 * Half and half, as both say something the other does not: the label what to answer, the probabilities what it is like.
 * Nothing was measured here; Hinton et al. 2015, section 2, weigh the probabilities more than the label.
 */
function softTargetsFor({ softRows }: TrainingFacts): [number, string] {
  if (softRows === 0) return [0, "no row has a large model's label probabilities"];
  return [
    0.5,
    `${softRows} rows have a large model's label probabilities: half of the target, the label half`,
  ];
}

/** Few rows need many passes; many rows need few. With words left out no two passes are alike, and more of them pay. */
function epochsFor({ effort, rows }: TrainingFacts, inputDropout: number): [number, string] {
  const seen = { quick: 1_000, standard: 1_800, thorough: 3_600 }[effort] * (inputDropout > 0 ? 1.5 : 1);
  const [fewest, most] = { quick: [1, 4], standard: [2, 8], thorough: [3, 12] }[effort] as [number, number];
  const epochs = Math.min(most, Math.max(fewest, Math.round(seen / Math.max(1, rows))));
  return [epochs, `effort ${effort}: about ${seen} rows seen, at least ${fewest} and at most ${most} epochs`];
}

/** Larger models move further per step, and full fine-tuning moves every weight. */
function learningRateFor(method: Hyperparameters['method'], facts: TrainingFacts): [number, string] {
  const size = facts.baseParameters;
  const name = size === null ? 'a model of unknown size' : `${Math.round(size / 1e6)}M parameters`;
  const lora = size !== null && size < 300e6 ? 1e-3 : size !== null && size < 1.5e9 ? 5e-4 : 2e-4;
  if (method === 'full') return [lora / 20, `full fine-tuning of ${name}: a twentieth of the rate for LoRA`];
  return [lora, `${method === 'lora' ? 'LoRA' : 'QLoRA'} on ${name}`];
}
