import type { Interview, QuestionView } from '../../../app/interview/views.ts';
import { countText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { printable, wrap } from '../text.ts';

/** What is said before the first question. */
export function interviewIntroduction(
  screen: Screen,
  file: string,
  { answered, prefilled }: Pick<Interview, 'answered' | 'prefilled'>,
): string {
  const taken =
    prefilled === 0 ? '' : ` ${countText(prefilled, 'answer')} of stepdown.yaml: Enter keeps each.`;
  const kept =
    answered === 0
      ? `Every answer is written to ${file} at once.${taken}`
      : `${answered === 1 ? '1 answer is' : `${answered} answers are`} in ${file} already; --again asks for them too.`;
  const text = `${kept} Answer with a value (800, 5k, 5%), a range (500..2000), or ? for unknown. b goes back, q ends and keeps the answers.`;
  return wrap(printable(text), screen.columns);
}

/** Stands above the first question of a section. */
export function sectionHeading(screen: Screen, { title, asks, skippable }: QuestionView['section']): string {
  const skip = skippable ? `\n${screen.dim('s leaves it out: wide defaults are taken.')}` : '';
  return `${screen.bold(title)}  ${asks}${skip}`;
}

/** One question: what is asked, why, in what unit, what is known, and what an unknown answer means. */
export function questionScreen(screen: Screen, question: QuestionView): string {
  const { number, of, ask, why, unit, choices, example, unknown, known, answer } = question;
  const count = `${number}/${of}`.padEnd(7);
  const unknownText = unknown === null ? null : `unknown: ${unknown}`;
  const measured = known === null ? null : `${known.text} (${known.source})`;
  const lines: (readonly [name: string, value: string | null])[] = [
    ['why', why],
    ['choose', choices.length === 0 ? null : choices.map((word, at) => `${at + 1} ${word}`).join(', ')],
    ['unit', unit === null ? null : `${unit}${example === null ? '' : `; ${example}`}`],
    ['e.g.', unit === null ? example : null],
    ['found', measured],
    [
      'Enter',
      answer === null ? (measured === null ? unknownText : 'takes what was found') : `keeps ${answer}`,
    ],
    ['?', answer === null ? null : (unknownText ?? (measured === null ? null : 'takes what was found'))],
  ];
  const width = Math.max(...lines.filter(([, value]) => value !== null).map(([name]) => name.length));
  const indent = ' '.repeat(9 + width);
  const body = lines.flatMap(([name, value]) =>
    value === null
      ? []
      : [
          `${' '.repeat(7)}${screen.dim(name.padEnd(width))}  ${wrap(printable(value), screen.columns - indent.length, indent)}`,
        ],
  );
  return [
    `${screen.accent(count)}${screen.bold(wrap(ask, screen.columns - 7, ' '.repeat(7)))}`,
    ...body,
  ].join('\n');
}
