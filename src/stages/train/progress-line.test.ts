import { expect, it } from 'vitest';
import { progressLine } from './progress-line.ts';

/** What a terminal of 80 columns leaves beside the bar and "1 min 49 s left". */
const leastRoom = 39;

it('shows loss, speed and memory before what a narrow terminal cuts off', () => {
  const line = progressLine({
    step: 120,
    totalSteps: 1340,
    epoch: 2.25,
    loss: 0.1219,
    learningRate: 0.001,
    tokensPerSecond: 1158.4,
    etaSeconds: 109,
    memoryBytes: 11.44e9,
  });
  expect(line).toBe('loss 0.122 · 1158 tok/s · 11.4 GB · epoch 2.3 · step 120/1340');
  expect(line.slice(0, leastRoom)).toContain('11.4 GB');
});
