import type { Floor } from './floor.ts';

const tokens = (text: string) => text.trim().split(/\s+/u);
/** Letters and digits by kind: `PH639` and `CR871` look alike. */
const shape = (token: string) =>
  token
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{Ll}/gu, 'a')
    .replace(/\p{N}/gu, '9');
const kept = '\u0000kept';
const lowered = '\u0000lowered';

/**
 * Rewrites a text token by token with the replacement seen most often in train rows whose input and target have
 * equally many tokens. A token never seen is treated as tokens of its shape most often were.
 */
export function fitTokenLookup(texts: readonly string[], targets: readonly string[]): Floor {
  const byToken = new Map<string, Map<string, number>>();
  const byShape = new Map<string, Map<string, number>>();
  texts.forEach((text, row) => {
    const from = tokens(text);
    const to = tokens(targets[row]!);
    if (from.length !== to.length) return;
    from.forEach((token, at) => {
      const target = to[at]!;
      count(byToken, token, target);
      const change = target === token ? kept : target === token.toLowerCase() ? lowered : target;
      count(byShape, shape(token), change);
    });
  });
  const replace = (token: string) => {
    const known = mostFrequent(byToken.get(token));
    if (known !== null) return known;
    const change = mostFrequent(byShape.get(shape(token))) ?? kept;
    if (change === kept) return token;
    return change === lowered ? token.toLowerCase() : change;
  };
  return {
    id: 'token-lookup',
    title: 'Word-by-word look-up table',
    answer: text => tokens(text).map(replace).join(' '),
  };
}

function count(table: Map<string, Map<string, number>>, key: string, value: string): void {
  const row = table.get(key) ?? new Map<string, number>();
  table.set(key, row);
  row.set(value, (row.get(value) ?? 0) + 1);
}

function mostFrequent(counts: ReadonlyMap<string, number> | undefined): string | null {
  let best: string | null = null;
  let most = 0;
  for (const [value, times] of counts ?? [])
    if (times > most) {
      best = value;
      most = times;
    }
  return best;
}
