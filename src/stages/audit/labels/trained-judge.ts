import type { NotJudgedReason } from '../../../core/audit.ts';
import type { Message } from '../../../core/example.ts';
import { createRandom } from '../../../stats/random/random.ts';
import { Reservoir } from '../../../stats/running/reservoir.ts';
import type { AuditRow } from '../audit-rows.ts';
import { rowsText } from '../finding.ts';
import { agreementText, type JudgedLabels } from './judged-labels.ts';
import { JudgedRows, judgedRow } from './judged-rows.ts';

/** Rows a trained model is asked about, at most: it takes tens of milliseconds a row, and more on a slow machine. */
export const maximumAsked = 20_000;

/** A model that was trained before the audit, and so has seen some of its rows. */
export interface TrainedJudge {
  /** For people. */
  readonly name: string;
  /** What it gives probabilities of. */
  readonly labels: readonly string[];
  /** Whether its training used this input, with whatever label. */
  hasSeen(messages: readonly Message[]): boolean;
  /**
   * Probabilities in the order of the labels, one list an input; null where it failed.
   * @throws Error where it has seen an input
   */
  probabilities(inputs: readonly (readonly Message[])[]): Promise<readonly (readonly number[] | null)[]>;
}

interface RowToJudge {
  readonly row: number;
  readonly given: number;
  readonly messages: readonly Message[];
}

/** The rows of an audit that a trained model may judge: those it has not seen, drawn evenly where they are many. */
export class RowsToJudge {
  readonly #judge: TrainedJudge;
  readonly #classOf: ReadonlyMap<string, number>;
  readonly #drawn: Reservoir<RowToJudge>;
  readonly #left = { 'trained-on': 0, 'unknown-label': 0 };

  constructor(judge: TrainedJudge, seed: number, limit = maximumAsked) {
    this.#judge = judge;
    this.#classOf = new Map(judge.labels.map((label, index) => [label, index]));
    this.#drawn = new Reservoir(limit, createRandom(seed));
  }

  /** Looks at the next row of the audit. */
  offer(row: number, { messages, target }: AuditRow): void {
    const given = this.#classOf.get(target);
    if (this.#judge.hasSeen(messages)) this.#left['trained-on'] += 1;
    else if (given === undefined) this.#left['unknown-label'] += 1;
    else this.#drawn.offer({ row, given, messages });
  }

  /** Asks the model about the rows that were drawn. */
  async judge(): Promise<JudgedLabels> {
    const { name, labels } = this.#judge;
    const judged = new JudgedRows(labels.length, () => true);
    const rows = [...this.#drawn.kept].sort((a, b) => a.row - b.row);
    const found = rows.length === 0 ? [] : await this.#judge.probabilities(rows.map(one => one.messages));
    for (const [index, { row, given }] of rows.entries()) {
      const probabilities = found[index];
      if (probabilities) judged.add(judgedRow(row, given, probabilities));
    }
    const notJudged: Partial<Record<NotJudgedReason, number>> = {
      ...this.#left,
      'not-drawn': this.#drawn.left,
      failed: rows.length - judged.size,
    };
    return {
      judge: 'specialist',
      name,
      judged,
      labelOf: label => labels[label] ?? null,
      method: `probabilities of the ${name} for ${rowsText(judged.size)} that it was not trained on; it ${agreementText(judged)}`,
      notJudged,
    };
  }
}
