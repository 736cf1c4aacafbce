import type { Io } from './io.ts';
import { createScreen, type Screen } from './render/screen.ts';

/** The screen that results are drawn on. */
export function screenOf(io: Io): Screen {
  return createScreen({ columns: io.stdout.columns, colour: hasColour(io, io.stdout.isTTY) });
}

/** Colour goes to a terminal, unless it was asked not to. */
export function hasColour(io: Io, isTTY: boolean): boolean {
  return isTTY && !io.environment.noColor;
}

/** One JSON object as it is printed. */
export function printed(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Text that ends its last line. */
export function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
