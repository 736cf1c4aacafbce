import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PromptSlots, type Slot } from './prompt-slots.ts';

/** Slots on a cache that remembers which tokens each sequence has. */
function slotsOf(count: number, latest: number) {
  const cells = new Map<number, number[]>();
  const read = (sequence: number) => cells.get(sequence) ?? [];
  const slots = new PromptSlots(
    {
      remove: (sequence, from) => cells.set(sequence, read(sequence).slice(0, from)),
      copy: (from, to, end) => cells.set(to, read(from).slice(0, end)),
    },
    count,
    latest,
  );
  /** A request from its beginning to its end; gives how many tokens of its prompt were there. */
  const serve = (prompt: readonly number[], answer: readonly number[] = [], free = 10_000) => {
    const slot = slots.take(prompt, free);
    const found = slot.tokens.length;
    write(slot, prompt, answer);
    slots.giveBack(slot);
    return found;
  };
  const write = (slot: Slot, prompt: readonly number[], answer: readonly number[]) => {
    slot.tokens = [...prompt, ...answer];
    cells.set(slot.sequence, [...slot.tokens]);
  };
  return { slots, cells, serve, write };
}

const prompts = (count: number) => Array.from({ length: count }, (_, index) => [1, 2, 100 + index, 3, 4]);

test('a prompt that comes again after many others has only its last token left to read', () => {
  const { serve } = slotsOf(40, 4);
  expect(prompts(30).map(prompt => serve(prompt, [7, 8]))).toEqual([0, ...new Array(29).fill(2)]);
  expect(prompts(30).map(prompt => serve(prompt, [7, 8]))).toEqual(new Array(30).fill(4));
});

test('a prompt that begins like another leaves the other whole', () => {
  const { serve } = slotsOf(3, 1);
  serve([1, 2, 3, 4, 5]);
  expect(serve([1, 2, 3, 6, 7])).toBe(3);
  expect(serve([1, 2, 3, 4, 5])).toBe(4);
});

test('without room the prompt that was not used for longest is forgotten', () => {
  const { serve } = slotsOf(4, 3);
  const [first, second, third] = prompts(3) as [number[], number[], number[]];
  serve(first);
  serve(second);
  expect(serve(first)).toBe(4);
  expect(serve(third, [], 5)).toBe(2);
  expect(serve(first, [], 5)).toBe(4);
  expect(serve(second, [], 5)).toBe(2);
});

test('however requests overlap, a slot has the cells that it says, and no slot is given out twice', () => {
  const prompt = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 });
  const turn = fc.record({ prompt, answer: fc.array(fc.constant(9)), free: fc.nat(40), ends: fc.nat(2) });
  fc.assert(
    fc.property(fc.constantFrom(3, 5), fc.array(turn, { maxLength: 40 }), (latest, turns) => {
      const { slots, cells, write } = slotsOf(5, latest);
      const active: Slot[] = [];
      for (const { prompt: wanted, answer, free, ends } of turns) {
        const slot = slots.take(wanted, free);
        expect(active).not.toContain(slot);
        expect(slot.tokens.length).toBeLessThan(wanted.length);
        expect(cells.get(slot.sequence)).toEqual(slot.tokens);
        expect(slot.tokens).toEqual(wanted.slice(0, slot.tokens.length));
        write(slot, wanted, answer);
        active.push(slot);
        while (active.length > ends) slots.giveBack(active.shift()!);
        for (const one of active) expect(cells.get(one.sequence)).toEqual(one.tokens);
      }
    }),
  );
});
