import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { captureOf } from '../fixtures/capture.ts';
import { frameHolding } from '../fixtures/frame.ts';
import { type ReadFrames, readFrames } from './segment-reader.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-segment-'));
});
afterEach(() => rm(dir, { recursive: true }));

const frameOf = (id: string, answer = 'short') =>
  frameHolding(`${JSON.stringify({ capture: captureOf(id, { answer }) })}\n`);

async function read(bytes: Buffer): Promise<ReadFrames[]> {
  const path = join(dir, 'one.journal');
  await writeFile(path, bytes);
  const all: ReadFrames[] = [];
  for await (const frames of readFrames(path, 0)) all.push(frames);
  return all;
}

const idsOf = (groups: readonly ReadFrames[]) =>
  groups.flatMap(({ records }) => records.map(record => ('capture' in record ? record.capture.id : '')));

describe('a segment', () => {
  it('gives small frames together, so that they share a transaction', async () => {
    const frames = Array.from({ length: 500 }, (_, index) => frameOf(`r${index}`));
    const bytes = Buffer.concat(frames);
    const groups = await read(bytes);
    expect(groups.length).toBeLessThan(10);
    expect(idsOf(groups)).toEqual(frames.map((_, index) => `r${index}`));
    expect(groups.at(-1)?.end).toBe(bytes.length);
  });

  it('gives a frame of any length, between small ones', async () => {
    const bytes = Buffer.concat([frameOf('a'), frameOf('b', 'x'.repeat(300_000)), frameOf('c')]);
    const groups = await read(bytes);
    expect(idsOf(groups)).toEqual(['a', 'b', 'c']);
    expect(groups.at(-1)?.end).toBe(bytes.length);
  });

  it('ends before a frame whose header names more than there is', async () => {
    const first = frameOf('a');
    const groups = await read(Buffer.concat([first, frameOf('b', 'x'.repeat(300_000)).subarray(0, 200_000)]));
    expect(groups.map(({ end }) => end)).toEqual([first.length]);
  });
});
