import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberColumn } from './number-column.ts';
import { NumberSet } from './number-set.ts';
import { repeatedPlaces } from './repeated.ts';
import { TextColumn } from './text-column.ts';

describe('columns', () => {
  it('give back the numbers they were given, however many', () => {
    const column = new NumberColumn(length => new Float64Array(length));
    for (let number = 0; number < 5000; number++) column.push(number / 3);
    expect(column.length).toBe(5000);
    expect([...column.view()]).toEqual(Array.from({ length: 5000 }, (_, number) => number / 3));
    expect(column.at(4999)).toBe(4999 / 3);
  });

  it('give back the texts they were given, in any script, empty ones too', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), texts => {
        const column = new TextColumn();
        for (const text of texts) column.push(text);
        expect(column.length).toBe(texts.length);
        expect(texts.map((_, index) => column.at(index))).toEqual(
          texts.map(text => Buffer.from(text).toString()),
        );
      }),
    );
  });

  it('take a text that is longer than a chunk, and go on after it', () => {
    const column = new TextColumn();
    const long = 'ä'.repeat(9_000_000);
    for (const text of ['before', long, 'after']) column.push(text);
    expect([column.at(0), column.at(1) === long, column.at(2)]).toEqual(['before', true, 'after']);
    expect(column.byteLength).toBe(18_000_011);
  });
});

describe('a set of numbers', () => {
  it('says of each number whether it is new', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER })), numbers => {
        const [set, known] = [new NumberSet(), new Set<number>()];
        for (const number of [...numbers, ...numbers]) {
          expect(set.add(number)).toBe(!known.has(number));
          known.add(number);
        }
      }),
    );
  });

  it('grows', () => {
    const set = new NumberSet();
    const numbers = Array.from({ length: 10_000 }, (_, number) => number * 7919);
    expect(numbers.every(number => set.add(number))).toBe(true);
    expect(numbers.some(number => set.add(number))).toBe(false);
  });
});

describe('repeated numbers', () => {
  it('have their places, in order; others and what is no number have none', () => {
    const numbers = Float64Array.from([5, Number.NaN, 7, 5, 8, 7, 5, Number.NaN]);
    expect(repeatedPlaces(numbers)).toEqual(
      new Map([
        [5, [0, 3, 6]],
        [7, [2, 5]],
      ]),
    );
    expect(repeatedPlaces(numbers, 3)).toEqual(new Map([[5, [0, 3, 6]]]));
  });
});
