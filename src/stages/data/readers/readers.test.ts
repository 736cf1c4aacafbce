import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workspace } from '../fixtures/workspace.ts';
import type { DataSource } from '../schema.ts';
import { checkedUtf8 } from './decoded-chunks.ts';
import { boundedLines } from './lines.ts';
import { openSource, readSource } from './open-source.ts';
import type { RawRow } from './raw-row.ts';

async function read(
  content: string | Uint8Array,
  source: Partial<DataSource> & { file: string },
): Promise<RawRow[]> {
  const { dir } = await workspace({});
  await writeFile(join(dir, source.file), content);
  const opened = await openSource({ split: 'auto', encoding: 'utf-8', ...source } as DataSource, dir);
  return all(readSource(opened, 4096));
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

describe('JSON Lines', () => {
  it('gives physical line numbers, skips empty lines and names lines that are not objects', async () => {
    const rows = await read('{"input":"a"}\r\n\n[1]\n{"input":\n{"input":"b"}', { file: 'a.jsonl' });
    expect(rows.map(row => [row.line, 'problem' in row ? row.problem.code : row.record['input']])).toEqual([
      [1, 'a'],
      [3, 'not-an-object'],
      [4, 'not-json'],
      [5, 'b'],
    ]);
  });

  it('holds no more than the limit of a 64 MB line without an end, and goes on after it', async () => {
    const chunk = Buffer.alloc(1 << 20, 0x61);
    let highest = 0;
    const before = process.memoryUsage().arrayBuffers;
    async function* huge() {
      for (let sent = 0; sent < 64; sent += 1) {
        yield chunk;
        highest = Math.max(highest, process.memoryUsage().arrayBuffers - before);
      }
      yield Buffer.from('\n{"input":"after"}\n');
    }
    const [tooLong, after] = await all(boundedLines(huge(), 4096));
    expect(tooLong).toMatchObject({ line: 1, problem: { code: 'row-too-long' } });
    expect((tooLong as { excerpt: string }).excerpt).toHaveLength(200);
    expect((tooLong as { problem: { reason: string } }).problem.reason).toContain(String(64 * 2 ** 20));
    expect(after).toEqual({ line: 2, text: '{"input":"after"}' });
    expect(highest).toBeLessThan(8 * 2 ** 20);
  });

  it('finds the same lines however the bytes arrive', async () => {
    const text = fc.array(
      fc.string({ unit: 'grapheme' }).filter(line => !/[\r\n]/.test(line)),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const bytes = Buffer.from(`#${lines.join('\n')}\n`);
        const found = await all(boundedLines(checkedUtf8(chunksOf(bytes, size), 'x'), 4096));
        expect(found.map(line => ('text' in line ? line.text : null)).join('\n')).toBe(
          `#${lines.join('\n')}`,
        );
      }),
    );
  });
});

describe('encodings', () => {
  it('names byte, line and key for a byte that is not UTF-8, however the bytes arrive', async () => {
    const bytes = Buffer.concat([Buffer.from('{"input":"ä"}\n{"input":"'), Buffer.from([0xe4, 0x22, 0x7d])]);
    for (const size of [1, 3, 100]) {
      await expect(all(checkedUtf8(chunksOf(bytes, size), 'rows.jsonl'))).rejects.toMatchObject({
        code: 'wrong-encoding',
        hint: expect.stringContaining('encoding'),
        details: { byteOffset: 25, line: 2 },
      });
    }
  });

  it('refuses a character cut off at the end of the file', async () => {
    await expect(
      all(checkedUtf8(chunksOf(Buffer.from([0x61, 0x62, 0x63, 0xe2, 0x82]), 2), 'x')),
    ).rejects.toMatchObject({
      details: { byteOffset: 3 },
    });
  });

  it('recognises UTF-16 and reads it once the encoding is set', async () => {
    const utf16 = Buffer.from('\uFEFF{"input":"größer"}\n', 'utf16le');
    await expect(read(utf16, { file: 'a.jsonl' })).rejects.toMatchObject({
      code: 'wrong-encoding',
      hint: expect.stringContaining('utf-16le'),
    });
    await expect(read(utf16.subarray(2), { file: 'a.jsonl' })).rejects.toMatchObject({
      code: 'wrong-encoding',
      details: { byteOffset: 1 },
    });
    const rows = await read(utf16, { file: 'a.jsonl', encoding: 'utf-16le' });
    expect(rows).toEqual([{ line: 1, record: { input: 'größer' } }]);
  });

  it('reads windows-1252 when told to, and drops a UTF-8 mark', async () => {
    const latin = Buffer.from('input,output\nfl\xfcssig,Leak\n', 'latin1');
    expect(await read(latin, { file: 'a.csv', encoding: 'windows-1252' })).toEqual([
      { line: 2, record: { input: 'flüssig', output: 'Leak' } },
    ]);
    expect(await read('\uFEFFinput,output\na,b\n', { file: 'a.csv' })).toEqual([
      { line: 2, record: { input: 'a', output: 'b' } },
    ]);
  });
});

it.each([
  ['gzip', gzipSync('input,output\na,b\n'), /gzip/],
  ['a spreadsheet', Buffer.from('PK\u0003\u0004rest of it'), /spreadsheet/],
  ['Parquet', Buffer.from('PAR1 and more'), /Parquet/],
])('says what a file of %s is that is read as text', async (_what, content, reason) => {
  await expect(read(content, { file: 'a.csv' })).rejects.toMatchObject({
    code: 'not-text',
    message: expect.stringMatching(reason),
  });
});

describe('CSV and TSV', () => {
  it('gives the line a row begins on, with line breaks inside quotes and each kind of line end', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const text = [
        'input,output',
        '',
        '"two',
        '',
        'lines",Leak',
        '5" pipe,Noise',
        'one',
        '"say ""hi""",Leak',
      ].join(end);
      const rows = await read(text, { file: 'a.csv' });
      expect(rows.map(row => [row.line, 'problem' in row ? row.problem.code : row.record['input']])).toEqual([
        [3, 'two\n\nlines'],
        [6, '5" pipe'],
        [7, 'wrong-column-count'],
        [8, 'say "hi"'],
      ]);
    }
  });

  it('skips the line in which Excel names the delimiter', async () => {
    const text = 'sep=;\r\ninput;output\r\na;b\r\n';
    expect(await read(text, { file: 'a.csv', delimiter: ';' })).toEqual([
      { line: 3, record: { input: 'a', output: 'b' } },
    ]);
  });

  it('reads tabs, and another delimiter when told to', async () => {
    const expected = [{ line: 2, record: { input: 'a, b', output: 'c' } }];
    expect(await read('input\toutput\na, b\tc\n', { file: 'a.tsv' })).toEqual(expected);
    expect(await read('input;output\na, b;c\n', { file: 'a.csv', delimiter: ';' })).toEqual(expected);
  });

  it('names the line of a quote that is never closed, and stops before it fills the memory', async () => {
    const error = { code: 'broken-quoting', details: { line: 3 } };
    await expect(read('input,output\na,b\n"open,c\nd,e\n', { file: 'a.csv' })).rejects.toMatchObject(error);
    const endless = `input,output\na,b\n"${'x'.repeat(100_000)}`;
    await expect(read(endless, { file: 'a.csv' })).rejects.toMatchObject(error);
  });

  it('refuses a header with a repeated column, or without any name', async () => {
    await expect(read('a,a\n1,2\n', { file: 'a.csv' })).rejects.toMatchObject({ code: 'broken-header' });
    await expect(read(',\n1,2\n', { file: 'a.csv' })).rejects.toMatchObject({ code: 'broken-header' });
  });

  it('leaves columns without a name out, as an index or empty columns of a spreadsheet', async () => {
    expect(await read(',input,output,,\n0,a,b,,\n', { file: 'a.csv' })).toEqual([
      { line: 2, record: { input: 'a', output: 'b' } },
    ]);
  });
});

describe('Parquet', () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

  it.each(['rows-snappy.parquet', 'rows-zstd.parquet'])('reads %s with row numbers', async name => {
    const opened = await openSource({ file: fixture(name), split: 'auto', encoding: 'utf-8' }, '/');
    expect(await all(readSource(opened, 4096))).toEqual([
      { line: 1, record: { input: 'pump leaks', output: 'Leak', n: 1 } },
      { line: 2, record: { input: 'motor hums', output: 'Noise', n: (2n ** 60n).toString() } },
      { line: 3, record: { input: 'größer', output: 'Leak', n: 3 } },
    ]);
  });

  it('says so when a file is not Parquet', async () => {
    await expect(read('input,output\n', { file: 'a.parquet' })).rejects.toMatchObject({
      code: 'parquet-unreadable',
    });
  });
});

describe('opening a file', () => {
  it('refuses a missing file, an empty file and an unknown extension', async () => {
    const { dir } = await workspace({ 'empty.jsonl': '', 'rows.dat': 'x' });
    const open = (file: string) => openSource({ file, split: 'auto', encoding: 'utf-8' }, dir);
    await expect(open('none.jsonl')).rejects.toMatchObject({ code: 'data-file-missing', category: 'usage' });
    await expect(open('empty.jsonl')).rejects.toMatchObject({ code: 'file-empty', category: 'data' });
    await expect(open('rows.dat')).rejects.toMatchObject({ code: 'data-format-unknown' });
  });

  it('never records an absolute path', async () => {
    const { dir } = await workspace({ 'in/rows.jsonl': '{}\n' });
    const open = (workspaceDir: string) =>
      openSource({ file: join(dir, 'in/rows.jsonl'), split: 'auto', encoding: 'utf-8' }, workspaceDir);
    expect((await open(dir)).name).toBe('in/rows.jsonl');
    expect((await open(join(dir, 'elsewhere'))).name).toBe('rows.jsonl');
  });
});
