import { expect, test } from 'vitest';
import { LogTail, scrubSecrets } from './log-tail.ts';
import { eventError, exitError } from './trainer-failure.ts';

const exit = { status: null, signal: null, log: '', asked: false };

test('a process that the system killed ran out of memory', () => {
  for (const how of [{ signal: 'SIGKILL' as const }, { status: 137 }]) {
    const error = exitError('train', { ...exit, ...how });
    expect(error).toMatchObject({ code: 'out-of-memory', category: 'prerequisite', exitCode: 3 });
    expect(error.hint).toContain('train.batchSize');
  }
});

test('a process killed because the user wanted it is an interruption', () => {
  expect(exitError('train', { ...exit, signal: 'SIGKILL', asked: true })).toMatchObject({ exitCode: 130 });
  expect(exitError('train', { ...exit, status: 130 })).toMatchObject({ code: 'interrupted' });
});

test('a missing Python package is a damaged environment', () => {
  const log = "Traceback …\nModuleNotFoundError: No module named 'torch'";
  expect(exitError('info', { ...exit, status: 1, log })).toMatchObject({ code: 'environment-failed' });
});

test('any other end is a bug that carries the log', () => {
  const error = exitError('train', { ...exit, status: 1, log: 'ValueError: x' });
  expect(error).toMatchObject({ code: 'trainer-failed', exitCode: 1, details: { log: 'ValueError: x' } });
});

test('categories of error events become exit codes', () => {
  const event = {
    event: 'error' as const,
    code: 'rows-too-long',
    message: 'm',
    hint: 'h',
    details: { a: 1 },
  };
  expect(eventError({ ...event, category: 'data' }, '')).toMatchObject({ exitCode: 4, details: { a: 1 } });
  expect(eventError({ ...event, category: 'prerequisite' }, '').exitCode).toBe(3);
  expect(eventError({ ...event, category: 'interrupted' }, '').exitCode).toBe(130);
  expect(eventError({ ...event, category: 'bug' }, 'log')).toMatchObject({
    exitCode: 1,
    details: { log: 'log' },
  });
});

test.each([
  ['https://user:hunter22@index.example/simple', 'hunter22'],
  ['Authorization: Bearer abcdefghijk', 'abcdefghijk'],
  ['HF_TOKEN=hf_abcdefghijk', 'hf_abcdefghijk'],
  ['{"api_key": "sk-abcdefghijk"}', 'abcdefghijk'],
])('secrets are taken out of logs: %s', (text, secret) => {
  expect(scrubSecrets(text)).not.toContain(secret);
});

test('the log keeps its end, from a whole line on', () => {
  const log = new LogTail(12);
  log.push('first line\nsecond\nthird\n');
  expect(log.toString()).toBe('third');
});
