import { type QuantityKey, specOf } from '../answers/quantities/index.ts';
import { answersSchema } from '../schema.ts';
import type { Question } from './questions.ts';

/** An answer as it stands in the file. */
export type AnswerValue = number | string | { readonly low: number; readonly high: number };

/** What a line that was typed at a question means. */
export type Reply =
  | { readonly kind: 'value'; readonly value: AnswerValue }
  | { readonly kind: 'empty' | 'unknown' | 'back' | 'skip' | 'quit' }
  | { readonly kind: 'problem'; readonly message: string };

const commands: Readonly<Record<string, Reply>> = {
  '': { kind: 'empty' },
  '?': { kind: 'unknown' },
  unknown: { kind: 'unknown' },
  b: { kind: 'back' },
  s: { kind: 'skip' },
  q: { kind: 'quit' },
};

/** Digits with or without commas between thousands, then k for thousands, m for millions, % for hundredths, or a time. */
const numeral = /^([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?)\s*(k|m|%|ms|s)?$/iu;
const scale: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, '%': 0.01, s: 1e3, ms: 1 };

/** What an amount of money is in. */
export interface Currency {
  readonly currency: string;
  /** US dollars for one unit; undefined where nobody has said. */
  readonly usdPerUnit?: number | undefined;
}

/**
 * Reads a line that was typed at a question. Impossible values come back as a problem with the plausible range.
 * @param money the currency of the answers, as what is plausible for an amount depends on it
 */
export function parseAnswer(question: Question, line: string, money: Currency): Reply {
  const text = line.trim();
  const command = Object.hasOwn(commands, text.toLowerCase()) ? commands[text.toLowerCase()]! : null;
  if (command !== null) return command;
  const value = typedValue(question, text);
  if (typeof value === 'object' && 'problem' in value) return { kind: 'problem', message: value.problem };
  const impossible = problemOfAnswer(question, value, money);
  return impossible === null ? { kind: 'value', value } : { kind: 'problem', message: impossible };
}

function typedValue(question: Question, text: string): AnswerValue | { readonly problem: string } {
  switch (question.form) {
    case 'text':
      return question.key === 'economics.currency' ? text.toUpperCase() : text;
    case 'choice':
      return choiceOf(question.choices, text);
    case 'number': {
      const number = numberOf(text, question);
      return number ?? { problem: `"${text}" is not a number: write one like ${question.example ?? '1.5'}` };
    }
    case 'quantity':
      return quantityOf(question, text);
  }
}

/** A word, what it begins with, or its place in the list. */
function choiceOf(choices: readonly string[], text: string): string | { readonly problem: string } {
  const numbered = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
  if (numbered !== undefined) return numbered;
  const typed = text.toLowerCase();
  const exact = choices.find(choice => choice === typed);
  const meant = choices.filter(choice => choice.startsWith(typed));
  if (exact !== undefined || meant.length === 1) return exact ?? meant[0]!;
  return { problem: `"${text}" is none of ${choices.join(', ')}: type the word or its number` };
}

function quantityOf(question: Question, text: string): AnswerValue | { readonly problem: string } {
  const ends = text.split(/\s*\.\.\s*|\s+to\s+/u);
  const numbers = ends.map(end => numberOf(end, question));
  const [low, high] = numbers;
  if (numbers.length <= 2 && low != null && high === undefined) return low;
  if (numbers.length === 2 && low != null && high != null) return low === high ? low : { low, high };
  const example = question.unit?.startsWith('share') ? '0.05, 5% or 2%..8%' : '800 or 500..2000';
  return { problem: `"${text}" is not a number or a range: write ${example}, or ? for unknown` };
}

/** Null where it is no number. */
function numberOf(text: string, { unit }: Question): number | null {
  const found = numeral.exec(text.trim());
  const digits = found?.[1] ?? '';
  if (!/\d/.test(digits)) return null;
  const suffix = found![2]?.toLowerCase();
  // A percentage or seconds of tokens mean nothing.
  if (suffix === '%' && !unit?.startsWith('share')) return null;
  if ((suffix === 's' || suffix === 'ms') && unit !== 'ms') return null;
  const value = Number(digits.replaceAll(',', '')) * (suffix === undefined ? 1 : scale[suffix]!);
  // 29 * 0.01 is 0.29000000000000004.
  return Number(value.toPrecision(15));
}

/** What the schema of the answers says against a value; null where it says nothing. */
export function problemOfAnswer(
  { key, form, unit }: Question,
  value: AnswerValue,
  { currency, usdPerUnit }: Currency,
): string | null {
  const inner = key.split('.').reduceRight<unknown>((node, step) => ({ [step]: node }), value);
  const answers = inner as Readonly<Record<string, object>>;
  const economics = usdPerUnit === undefined ? { currency } : { currency, usdPerUnit };
  const { error } = answersSchema.safeParse({
    ...answers,
    task: { kind: 'classify', ...answers['task'] },
    ...(unit?.startsWith('money') ? { economics: { ...answers['economics'], ...economics } } : {}),
  });
  const issue = error?.issues[0];
  if (issue === undefined) return null;
  if (form !== 'number') return `${shown(value)} ${issue.message}${hint(key as QuantityKey, form, value)}`;
  return `${shown(value)} is impossible: it lies in 0.000001 to 1,000`;
}

function shown(value: AnswerValue): string {
  return typeof value === 'object' ? `${value.low}..${value.high}` : String(value);
}

/** A share that was typed as a percentage. */
function hint(key: QuantityKey, form: Question['form'], value: AnswerValue): string {
  const percents = form === 'quantity' && typeof value === 'number' && value > 1 && value <= 100;
  return percents && specOf(key).unit.startsWith('share') ? `; did you mean ${value}%?` : '';
}
