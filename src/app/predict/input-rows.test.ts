import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInputRows } from './input-rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-inputs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer) {
  const file = join(folder, 'inputs.jsonl');
  await writeFile(file, content);
  return readInputRows(file);
}

test('takes texts and conversations, with the id given or else the line', async () => {
  const rows = await read(
    '\uFEFF{"input":"pump leaks"}\r\n\n{"id":"x","messages":[{"role":"user","content":"𝔘 漏れ"}]}',
  );
  expect(rows).toMatchObject([
    { id: '1', example: { id: 'line-1', messages: [{ role: 'user', content: 'pump leaks' }] } },
    { id: 'x', example: { id: 'line-3', messages: [{ role: 'user', content: '𝔘 漏れ' }] } },
  ]);
});

test('an id may be a number, or null', async () => {
  const rows = await read('{"id":7,"input":"a"}\n{"id":null,"input":"b"}\n');
  expect(rows.map(row => ['example' in row, row.id])).toEqual([
    [true, '7'],
    [true, '2'],
  ]);
});

test.each(['none.jsonl', '.'])('what is no file (%s) is an error of whoever named it', async name => {
  const reading = readInputRows(join(folder, name));
  await expect(reading).rejects.toMatchObject({ code: 'input-file-missing', exitCode: 2 });
});

test('two rows with one id are two examples', async () => {
  const rows = await read('{"id":"x","input":"a"}\n{"id":"x","input":"b"}\n');
  expect(rows.map(row => 'example' in row && row.example.id)).toEqual(['line-1', 'line-2']);
});

test('a bad row keeps its place and says what is wrong', async () => {
  const long = JSON.stringify({ input: 'x'.repeat(4 * 1024 * 1024) });
  const rows = await read(`not json\n[1]\n{"input":""}\n{"messages":[]}\n${long}\n{"input":"good"}\n`);
  expect(rows.map(row => ('problem' in row ? row.problem : row.id))).toEqual([
    expect.stringContaining('line 1: the line is not JSON'),
    expect.stringContaining('line 2: the line is JSON but not an object'),
    'line 3: needs "input" (text) or "messages" (a list)',
    'line 4: needs "input" (text) or "messages" (a list)',
    'line 5: longer than 4194304 bytes',
    '6',
  ]);
});

test.each([
  ['file-empty', ''],
  ['file-empty', '\n \n'],
  ['wrong-encoding', Buffer.from('{"input":"\u00fc"}', 'latin1')],
  ['wrong-encoding', Buffer.from('\uFEFF{"input":"a"}', 'utf16le')],
])('a file that holds no rows is refused with %s', async (code, content) => {
  await expect(read(content)).rejects.toMatchObject({ code, exitCode: 4 });
});
