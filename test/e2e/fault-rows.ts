const words = ['pump', 'valve', 'hose', 'motor', 'gear', 'seal', 'filter'];
const places = ['hall', 'yard', 'bay', 'line', 'dock'];

/** Rows of two labels as JSON Lines; every tenth is one that `specialist-server.mjs` is unsure of. */
export function faultRows(first: number, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const [kind, target] = at % 2 === 0 ? ['oil drips from', 'Leaking'] : ['it squeals in', 'Noise'];
    const doubt = at % 10 < 1 ? 'maybe ' : '';
    const where = `${words[at % 7]} of ${places[(at * 3) % 5]} ${first + at}`;
    return `${JSON.stringify({ input: `${doubt}${kind} the ${where}`, output: target })}\n`;
  }).join('');
}
