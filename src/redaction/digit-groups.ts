import type { Span } from './detector.ts';

/** Digits written in one or several groups. */
export interface DigitRun extends Span {
  readonly digits: string;
}

/** Groups of a number that is written in several are as long as this, but for the first and the last. */
const minGroup = 3;

/**
 * Every way to read a group of digits, or neighbouring groups parted by one blank or hyphen, as one number of `min`
 * to `max` digits, longest first from each group on. A letter beside a group makes it part of something else.
 */
export function* digitRuns(text: string, min: number, max: number): Generator<DigitRun> {
  for (const groups of neighbouringGroups(text)) {
    for (let first = 0; first < groups.length; first += 1) {
      const found: DigitRun[] = [];
      let digits = '';
      for (let last = first; last < groups.length; last += 1) {
        const { start, end } = groups[last]!;
        if (digits.length + end - start > max) break;
        digits += text.slice(start, end);
        if (digits.length >= min) found.push({ start: groups[first]!.start, end, digits });
        if (end - start < minGroup) break;
      }
      yield* found.reverse();
    }
  }
}

function* neighbouringGroups(text: string): Generator<Span[]> {
  let groups: Span[] = [];
  // A long row of digits is one group: no digit is looked at twice.
  for (const match of text.matchAll(/(?<![A-Za-z0-9_])\d+(?![A-Za-z0-9_])/g)) {
    const group = { start: match.index, end: match.index + match[0].length };
    const before = groups.at(-1);
    const joined =
      before !== undefined && group.start === before.end + 1 && /[ -]/.test(text.charAt(before.end));
    if (!joined && groups.length > 0) {
      yield groups;
      groups = [];
    }
    groups.push(group);
  }
  if (groups.length > 0) yield groups;
}
