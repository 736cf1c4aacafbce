/** The surface results are drawn on: a width and, on a terminal, colour. */
export interface Screen {
  /** Characters a line may have. */
  readonly columns: number;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  caution(text: string): string;
  accent(text: string): string;
}

/** Width used where there is no terminal to ask. */
const defaultColumns = 80;

/** Makes a screen; wide terminals are used up to 100 characters, as long lines read badly. */
export function createScreen(options: { readonly columns: number | null; readonly colour: boolean }): Screen {
  const paint = (open: number, close: number) => (text: string) =>
    options.colour && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    columns: Math.min(Math.max(options.columns ?? defaultColumns, 40), 100),
    bold: paint(1, 22),
    dim: paint(2, 22),
    good: paint(32, 39),
    bad: paint(31, 39),
    caution: paint(33, 39),
    accent: paint(36, 39),
  };
}
