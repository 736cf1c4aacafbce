import {
  type LabelJudge,
  type LabelJudgeName,
  type NotJudgedReason,
  notJudgedReasons,
} from '../../../core/audit.ts';
import { rowsText } from '../finding.ts';
import type { JudgedRows } from './judged-rows.ts';

/** What one judge says of the rows it has not seen. */
export interface JudgedLabels {
  readonly judge: LabelJudgeName;
  /** For people. */
  readonly name: string;
  readonly judged: JudgedRows;
  /** The label of a class; null where the labels are too many to hold. */
  labelOf(label: number): string | null;
  /** Where the probabilities are from, with every threshold; a clause without its stop. */
  readonly method: string;
  readonly notJudged: Readonly<Partial<Record<NotJudgedReason, number>>>;
}

/** The same as an audit reports it. */
export function labelJudge(
  { judge, name, judged, notJudged }: JudgedLabels,
  rowsSuspected: number,
): LabelJudge {
  return {
    judge,
    name,
    rowsJudged: judged.size,
    rowsSuspected,
    agreement: judged.size === 0 ? null : judged.agreeing / judged.size,
    skill: judged.skill,
    notJudged: notJudgedReasons.flatMap(reason => {
      const rows = notJudged[reason] ?? 0;
      return rows === 0 ? [] : [{ reason, rows }];
    }),
  };
}

/** What a specialist judged and what not, in a sentence or two. */
export function specialistText({ name, rowsJudged, notJudged }: LabelJudge): string {
  const left = notJudged.map(({ reason, rows }) => `${rowsText(rows)} ${why[reason]}`);
  const judged = `The ${name} judged the labels of ${rowsText(rowsJudged)}`;
  return left.length === 0 ? `${judged}.` : `${judged}; not judged: ${left.join(', ')}.`;
}

const why: Readonly<Record<NotJudgedReason, string>> = {
  'trained-on': 'because trained on',
  'unknown-label': 'with a label that it does not know',
  'rare-label': 'of rare labels',
  failed: 'on which it failed',
  'not-drawn': 'beyond its limit',
};

/** `agrees with 91.2 % of the labels`. */
export function agreementText({ agreeing, size }: JudgedRows): string {
  return `agrees with ${((agreeing / Math.max(1, size)) * 100).toFixed(1)} % of the labels`;
}
