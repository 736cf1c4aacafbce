import { GateError } from '../../core/errors/index.ts';
import type { Parity } from '../../core/evaluation.ts';
import type { Answer } from '../../core/metric.ts';
import type { TaskKind } from '../../core/task.ts';
import type { ReferenceAnswer } from '../../core/trainer.ts';

/** One row as trainer and engine saw it. */
export interface ParityRow {
  readonly id: string;
  /** Rendered text. */
  readonly prompt: string;
  readonly reference: ReferenceAnswer;
  readonly served: Answer;
  /** Token ids that the engine makes of the prompt. */
  readonly servedTokens: readonly number[];
}

/** Share of rows that may differ: free text drifts apart at the first near-tie, labels hardly ever. */
export const defaultBound = (kind: TaskKind) => (kind === 'classify' ? 0.02 : 0.1);

/**
 * Compares the trainer's own answers with those of the served model in F16: the same prompt tokens, the same answers.
 * One differing row is allowed however few there are, since a near-tie may fall either way in other arithmetic.
 */
export function measureParity(
  rows: readonly ParityRow[],
  labels: readonly string[] | null,
  bound: number,
): Parity {
  let disagreements = 0;
  let tokenMismatches = 0;
  let largest: number | null = null;
  const cases: Parity['cases'] = [];
  for (const { id, prompt, reference, served, servedTokens } of rows) {
    const details: string[] = [];
    const expected = (labels && reference.best?.label) ?? reference.text.trim();
    if (served.error !== null || served.text.trim() !== expected) {
      disagreements++;
      details.push(served.error ?? `answers differ; trainer finished with ${reference.finishReason}`);
    }
    const at = firstDifference(reference.promptTokens, servedTokens);
    if (at !== null) {
      tokenMismatches++;
      details.push(`prompt token ${at}: trainer ${reference.promptTokens[at]}, engine ${servedTokens[at]}`);
    }
    const probability =
      labels && reference.best && served.probabilities?.[labels.indexOf(reference.best.label)];
    if (typeof probability === 'number' && reference.best)
      largest = Math.max(largest ?? 0, Math.abs(probability - reference.best.probability));
    if (details.length > 0 && cases.length < 10)
      cases.push({ id, prompt, reference: expected, served: served.text, detail: details.join('; ') });
  }
  const pass = tokenMismatches === 0 && disagreements <= Math.max(1, Math.floor(bound * rows.length));
  return {
    rows: rows.length,
    disagreements,
    tokenMismatches,
    bound,
    maxProbabilityDifference: largest,
    pass,
    cases,
  };
}

function firstDifference(a: readonly number[], b: readonly number[]): number | null {
  for (let at = 0; at < Math.max(a.length, b.length); at++) if (a[at] !== b[at]) return at;
  return null;
}

/** @throws GateError `parity-failed` with the first cases */
export function assertParity(parity: Parity): void {
  if (parity.pass) return;
  const shown = parity.cases.slice(0, 3).map(found => {
    const texts = `trainer ${JSON.stringify(found.reference)}, served ${JSON.stringify(found.served)}`;
    return `${found.id}: ${texts} (${found.detail}) for prompt ${JSON.stringify(found.prompt.slice(0, 200))}`;
  });
  throw new GateError(
    'parity-failed',
    `The served model is not the one that was trained: of ${parity.rows} rows ${parity.disagreements} are answered otherwise and ${parity.tokenMismatches} have other prompt tokens.\n${shown.join('\n')}`,
    'Compare the chat template, tokenizer and stop tokens of the base model with its GGUF, then train again.',
    { details: { parity } },
  );
}
