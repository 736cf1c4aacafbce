import type { Progress } from '../../core/stage.ts';
import type { Output } from '../io.ts';
import { durationText } from './numbers.ts';
import type { Screen } from './screen.ts';
import { oneLine, printable, wrap } from './text.ts';

/** Progress on a terminal or in a log, with a way to end the live line. */
export interface ProgressRenderer extends Progress {
  /** Takes the live line away, so that something else can be printed. */
  clear(): void;
}

/** Milliseconds between two drawings of the live line, and between two lines in a log. */
const redrawMs = 100;
const logEveryMs = 15_000;
const barWidth = 16;

/** Shows nothing: for --quiet. */
export const silentProgress: ProgressRenderer = { say() {}, update() {}, clear() {} };

/**
 * A terminal gets one line that is redrawn, with a bar and the time left; a log gets a plain line at most
 * every 15 seconds, so that a nightly run stays readable.
 */
export function createProgress(options: {
  readonly output: Output;
  readonly screen: Screen;
  /** False in CI and where the output is not a terminal. */
  readonly live: boolean;
  readonly now: () => number;
}): ProgressRenderer {
  const { output, screen, live, now } = options;
  const timeLeft = createTimeLeft(now);
  let shown = false;
  let last = live ? Number.NEGATIVE_INFINITY : now();

  const clear = () => {
    if (shown) output.write('\r\u001b[2K');
    shown = false;
  };
  return {
    clear,
    say(line) {
      clear();
      output.write(`${live ? wrap(printable(line), screen.columns - 2, '  ') : printable(line)}\n`);
    },
    update(line, share) {
      const left = timeLeft(share);
      if (now() - last < (live ? redrawMs : logEveryMs)) return;
      last = now();
      const percent = share === null ? '' : `${Math.floor(clamp(share) * 100)}%`;
      const eta = left === null ? '' : `${durationText(left)} left`;
      if (!live) {
        const facts = [percent, eta].filter(fact => fact !== '').join(', ');
        output.write(`${printable(line)}${facts === '' ? '' : ` (${facts})`}\n`);
        return;
      }
      const head = share === null ? '' : `${bar(clamp(share))} ${percent.padStart(4)}  `;
      const tail = eta === '' ? '' : `  ${eta}`;
      const room = screen.columns - 1 - head.length - tail.length;
      output.write(`\r\u001b[2K${screen.accent(head)}${oneLine(line, room)}${screen.dim(tail)}`);
      shown = true;
    },
  };
}

/** Seconds left from the shares seen; starts over when the share falls, as then other work has begun. */
function createTimeLeft(now: () => number): (share: number | null) => number | null {
  let start: { at: number; share: number } | null = null;
  let previous = 0;
  return share => {
    if (share === null || start === null || share < previous) {
      start = share === null ? null : { at: now(), share };
      previous = share ?? 0;
      return null;
    }
    previous = share;
    const elapsed = (now() - start.at) / 1000;
    const done = share - start.share;
    // Before two seconds or one percent the guess would jump about.
    if (elapsed < 2 || done < 0.01 || share >= 1) return null;
    return (elapsed / done) * (1 - share);
  };
}

function bar(share: number): string {
  const filled = Math.round(share * barWidth);
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
