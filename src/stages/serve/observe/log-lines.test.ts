import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileDescriptorSink, LogLines, type LogSink } from './log-lines.ts';

test('a line is one JSON object, whatever is in its fields, and lines below the level are not written', async () => {
  let text = '';
  const lines = new LogLines(
    'info',
    (more, written) => {
      text += more;
      written(null);
    },
    () => 0,
  );
  lines.write('debug', 'quiet', {});
  lines.write('warn', 'said', { note: 'two\nlines "quoted" \u2028', count: null });
  await lines.close();
  expect(text.split('\n')).toHaveLength(2);
  expect(JSON.parse(text)).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    message: 'said',
    note: 'two\nlines "quoted" \u2028',
    count: null,
  });
});

test('a reader that is too slow costs lines, which are counted, and no memory', async () => {
  const pending: Parameters<LogSink>[1][] = [];
  let characters = 0;
  const lines = new LogLines('info', (text, written) => {
    characters += text.length;
    pending.push(written);
  });
  for (let k = 0; k < 5_000; k++) lines.write('info', 'x'.repeat(1000), {});
  expect(lines.dropped).toBeGreaterThan(3_000);
  const closed = lines.close();
  await expect.poll(() => pending.length).toBe(1);
  pending[0]!(null);
  await closed;
  expect(characters).toBeLessThan(1.2 * 2 ** 20);
});

test('a reader that is gone is counted and fails nothing', async () => {
  const lines = new LogLines('info', (_, written) => written(new Error('EPIPE')));
  lines.write('info', 'one', {});
  lines.write('info', 'two', {});
  await lines.close();
  expect(lines.dropped).toBe(2);
});

test('lines reach a file whole and in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepdown-log-'));
  const descriptor = openSync(join(folder, 'log'), 'w');
  try {
    const lines = new LogLines('info', fileDescriptorSink(descriptor));
    for (let k = 0; k < 1000; k++) lines.write('info', 'line', { k });
    await lines.close();
    const written = readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n');
    expect(written.map(line => (JSON.parse(line) as { k: number }).k)).toEqual(
      Array.from({ length: 1000 }, (_, k) => k),
    );
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
});
