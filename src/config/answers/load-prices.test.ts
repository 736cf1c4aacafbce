import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPrices } from './load-prices.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-prices-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function written(text: string): string {
  const path = join(dir, 'prices.yaml');
  writeFileSync(path, text);
  return path;
}

test('a price list has a date and a source for each model; cached input costs as much as input unless it is stated', async () => {
  const path = written('- { model: house, input: 2, output: 8, date: 2026-11, source: our contract }\n');
  expect(await loadPrices(path)).toEqual([
    { model: 'house', input: 2, cachedInput: 2, output: 8, date: '2026-11', source: 'our contract' },
  ]);
});

test('a price of 0 and a month that there is not are refused with their places', async () => {
  const path = written(
    [
      '- { model: a, input: 0, output: 8, date: 2026-11 }',
      '- { model: b, input: 1, output: 8, date: 2026-13 }',
    ].join('\n'),
  );
  const error = await loadPrices(path).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'prices-invalid' });
  const { message } = error as Error;
  expect(message).toContain('prices.yaml:1:');
  expect(message).toContain('must lie in 0.001 to 1,000 US dollars a million tokens');
  expect(message).toContain('prices.yaml:2:');
  expect(message).toContain('must be a month');
});

test('cached input above input is refused, and so is a file that is not there', async () => {
  const path = written('- { model: c, input: 1, cachedInput: 2, output: 8, date: 2026-11 }\n');
  await expect(loadPrices(path)).rejects.toThrow('cachedInput costs more than input');
  await expect(loadPrices(join(dir, 'nothing.yaml'))).rejects.toMatchObject({ code: 'prices-missing' });
});

test('two prices of one model are refused: which of them is paid is for the user to say', async () => {
  const row = (model: string, input: number) =>
    `- { model: ${model}, input: ${input}, output: 8, date: 2026-11 }`;
  await expect(loadPrices(written(`${row('house', 1)}\n${row('House', 2)}\n`))).rejects.toThrow(
    /prices\.yaml:2:\d+ +\[1\]\.model: has a price already/,
  );
});

test('an infinite price is refused as what it is', async () => {
  const path = written('- { model: a, input: .inf, output: 8, date: 2026-11 }\n');
  await expect(loadPrices(path)).rejects.toThrow('got Infinity');
});
