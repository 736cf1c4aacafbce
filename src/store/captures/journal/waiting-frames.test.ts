import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeFrame, frameHeaderBytes, payloadBytes } from './journal-frames.ts';
import { type Frame, WaitingFrames } from './waiting-frames.ts';

const lineOf = (text: string) => `${JSON.stringify({ capture: { id: text } })}\n`;

function idsIn(frames: readonly Frame[]): string[] {
  return frames.flatMap(({ bytes, records }) => {
    const header = bytes.subarray(0, frameHeaderBytes);
    expect(payloadBytes(header)).toBe(bytes.length - frameHeaderBytes);
    const found = decodeFrame(header, bytes.subarray(frameHeaderBytes))!;
    expect(found).toHaveLength(records);
    return found.map(record => ('capture' in record ? record.capture.id : ''));
  });
}

it('gives every record once and in order, whatever is written, put back and used again between', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc
      .tuple(fc.constantFrom('a', 'ü', '𝄞'), fc.nat({ max: 60_000 }))
      .map(([one, times]) => one.repeat(times)),
  );
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ add: text }) },
    { weight: 1, arbitrary: fc.constantFrom('write', 'fail') },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const waiting = new WaitingFrames();
      const given: string[] = [];
      const written: string[] = [];
      let bytes = 0;
      for (const one of steps) {
        if (typeof one === 'object') {
          given.push(one.add);
          bytes += waiting.add(lineOf(one.add));
          continue;
        }
        const frames = waiting.take();
        expect(waiting.records).toBe(0);
        if (one === 'fail') {
          waiting.putBack(frames);
          continue;
        }
        written.push(...idsIn(frames));
        bytes -= frames.reduce((sum, frame) => sum + frame.bytes.length - frameHeaderBytes, 0);
        waiting.reuse(frames);
      }
      expect(waiting.records).toBe(given.length - written.length);
      const rest = waiting.take();
      bytes -= rest.reduce((sum, frame) => sum + frame.bytes.length - frameHeaderBytes, 0);
      expect([...written, ...idsIn(rest)]).toEqual(given);
      expect(bytes).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it('ends a frame at 4 MiB, but for a record that is larger by itself', () => {
  const waiting = new WaitingFrames();
  const ids = ['a'.repeat(3 << 20), 'b'.repeat(2 << 20), 'c'.repeat(5 << 20), 'd'];
  for (const id of ids) waiting.add(lineOf(id));
  const frames = waiting.take();
  expect(frames.map(frame => frame.records)).toEqual([1, 1, 1, 1]);
  expect(idsIn(frames)).toEqual(ids);
});

it('nothing waits where nothing was added', () => {
  const waiting = new WaitingFrames();
  expect(waiting.take()).toEqual([]);
  waiting.putBack([]);
  expect(waiting.records).toBe(0);
});
