import { expect, test, vi } from 'vitest';
import { liveness, readiness } from './health.ts';

test('ready where every check holds, each shown by name', async () => {
  const checks = [
    { name: 'accepting', check: () => true },
    { name: 'captures', check: async () => true },
  ];
  expect(await readiness(checks)).toEqual({
    status: 200,
    body: { status: 'ready', checks: { accepting: true, captures: true } },
  });
});

test('not ready where one fails or throws, and nobody is told why', async () => {
  const checks = [
    { name: 'accepting', check: () => true },
    { name: 'keys', check: () => Promise.reject(new Error('password of the database')) },
    {
      name: 'aliases',
      check: () => {
        throw new Error('secret');
      },
    },
  ];
  expect(await readiness(checks)).toEqual({
    status: 503,
    body: { status: 'not-ready', checks: { accepting: true, keys: false, aliases: false } },
  });
});

test('a check that hangs has failed after a second', async () => {
  vi.useFakeTimers();
  try {
    const answer = readiness([{ name: 'keys', check: () => new Promise<boolean>(() => undefined) }]);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await answer).status).toBe(503);
  } finally {
    vi.useRealTimers();
  }
});

test('alive says its version and asks nothing else', () => {
  expect(liveness()).toEqual({ status: 200, body: { status: 'ok', version: expect.any(String) } });
});
