import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docxOf, encryptedOffice, encryptedPdf, pdfOf, zipOf } from '../fixtures/documents.ts';
import type { DocumentRead } from './document.ts';
import { passagesOf } from './passages.ts';
import { readDocument } from './read-document.ts';
import { readFolder } from './read-folder.ts';

const bounds = { maxPages: 100, maxCharacters: 100_000, maxUnpackedBytes: 1_000_000 };
const long = (about: string) => `${about} `.repeat(12).trim();

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documents-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: string | Buffer): Promise<DocumentRead> {
  const path = join(folder, name);
  await writeFile(path, content);
  return readDocument(path, bounds);
}

describe('reading a document', () => {
  it('gives the text of a PDF page by page, and no more pages than allowed', async () => {
    const content = pdfOf(['The pump (type 4) runs dry.', 'Seals wear after a year.', 'Spare parts']);
    expect(await read('manual.pdf', content)).toEqual({
      pages: [
        { page: 1, text: 'The pump (type 4) runs dry.' },
        { page: 2, text: 'Seals wear after a year.' },
        { page: 3, text: 'Spare parts' },
      ],
    });
    const two = await readDocument(join(folder, 'manual.pdf'), { ...bounds, maxPages: 2 });
    expect(two).toMatchObject({
      pages: [{ page: 1 }, { page: 2 }],
      leftOut: ['pages 3 to 3 are left out (grow.documents.maxPages)'],
    });
  });

  it('says what it leaves out: characters beyond the bound, and pages that are pictures', async () => {
    const short = { ...bounds, maxCharacters: 30 };
    const left = 'what follows its first 30 characters is left out';
    const files: [string, string | Buffer][] = [
      ['a.txt', long('Pumps')],
      ['b.md', long('Pumps')],
      ['c.html', `<p>${long('Pumps')}</p>`],
      ['d.docx', docxOf([long('Pumps')])],
      ['e.pdf', pdfOf([long('Pumps')])],
    ];
    for (const [name, content] of files) {
      await read(name, content);
      expect(await readDocument(join(folder, name), short), name).toMatchObject({ leftOut: [left] });
    }
    expect(await read('half-scanned.pdf', pdfOf(['Pumps run dry.', '', '', 'Seals wear.']))).toMatchObject({
      pages: [{ page: 1 }, { page: 4 }],
      leftOut: ['2 of 4 pages have no text; scanned ones need text recognition first'],
    });
    const blank = pdfOf([...Array.from({ length: 19 }, (_, page) => `Page ${page} of the manual`), '']);
    expect(await read('one-blank.pdf', blank)).not.toHaveProperty('leftOut');
  });

  it('reads a web page in the encoding that it names', async () => {
    const page = (charset: string) =>
      Buffer.from(`<html><head><meta charset="${charset}"></head><body>Öl prüfen</body></html>`, 'latin1');
    expect(await read('old.html', page('windows-1252'))).toEqual({
      pages: [{ page: null, text: 'Öl prüfen' }],
    });
    expect(await read('odd.html', page('klingon'))).toMatchObject({ problem: { code: 'unreadable' } });
  });

  it('gives the paragraphs of a Word document', async () => {
    const found = await read('notes.docx', docxOf(['First <rule> & more', 'Second']));
    expect(found).toEqual({ pages: [{ page: null, text: 'First <rule> & more\n\nSecond' }] });
  });

  it('gives what a reader of a web page sees, and runs nothing', async () => {
    const html =
      '<html><head><title>t</title></head><body><nav>Menu</nav><h1>Valve</h1><p>Opens at\n 6&nbsp;bar.</p><script>alert(1)</script><ul><li>one<li>two</ul></body></html>';
    const found = await read('page.html', html);
    expect('pages' in found && found.pages[0]!.text.split('\n').filter(Boolean)).toEqual([
      'Valve',
      'Opens at 6 bar.',
      'one',
      'two',
    ]);
  });

  it('survives a web page that is nested without end', async () => {
    const found = await read('deep.html', `${'<div>'.repeat(20_000)}bottom`);
    expect(JSON.stringify(found)).toContain('bottom');
  });

  it('gives Markdown without front matter, comments and addresses, and text as it is', async () => {
    const markdown =
      '---\ntitle: x\n---\n# Seal\n<!-- no -->See [the manual](https://example.com/a).\n![p](b.png)';
    expect(await read('a.md', markdown)).toEqual({
      pages: [{ page: null, text: '# Seal\nSee the manual.' }],
    });
    expect(await read('b.txt', Buffer.from('\ufeffDüse', 'utf16le'))).toEqual({
      pages: [{ page: null, text: 'Düse' }],
    });
  });

  it.each([
    ['locked.pdf', encryptedPdf(), 'encrypted'],
    ['locked.docx', encryptedOffice(), 'encrypted'],
    ['old.docx', Buffer.concat([encryptedOffice().subarray(0, 8), Buffer.alloc(600)]), 'unsupported'],
    ['broken.pdf', Buffer.from('%PDF-1.7 and nothing'), 'unreadable'],
    ['broken.docx', Buffer.from('no archive'), 'unreadable'],
    ['binary.txt', Buffer.from([0xff, 0x00, 0xc3, 0x28]), 'unreadable'],
    ['scan.pdf', pdfOf(['']), 'no-text'],
    ['table.xlsx', Buffer.from('PK'), 'unsupported'],
    ['missing-part.docx', zipOf({ 'other.xml': Buffer.from('<a/>') }), 'unreadable'],
  ])('says of %s what is wrong with it', async (name, content, code) => {
    expect(await read(name, content)).toMatchObject({
      problem: { code, reason: expect.stringMatching(/.{10}/u) },
    });
  });

  it('does not unpack a bomb', async () => {
    const bomb = zipOf({ 'word/document.xml': Buffer.alloc(1_100_000, 0x20) });
    expect(bomb.length).toBeLessThan(10_000);
    expect(await read('bomb.docx', bomb)).toMatchObject({
      problem: { code: 'unreadable', reason: expect.stringContaining('unpacks to more than') },
    });
  });
});

describe('passages', () => {
  it('end at paragraphs, else at sentences, and hold everything that is long enough', () => {
    const text = `${long('Alpha beta.')}\n\n${long('Gamma delta.')}\n\n${long('Epsilon zeta.')}`;
    const passages = passagesOf('a.txt', [{ page: 3, text }], 320);
    expect(passages.map(({ text: piece }) => piece.slice(-6))).toEqual(['delta.', ' zeta.']);
    expect(passages.every(({ text: piece, page }) => piece.length <= 320 && page === 3)).toBe(true);
    expect(passagesOf('a.txt', [{ page: null, text: 'too short' }], 320)).toEqual([]);
    const unbroken = passagesOf('a.txt', [{ page: null, text: 'x'.repeat(1_000) }], 300);
    expect(unbroken.map(({ text: piece }) => piece.length)).toEqual([300, 300, 300, 100]);
  });
});

describe('a folder of documents', () => {
  const settings = { maxFileBytes: 5_000, maxPages: 10, timeoutMs: 1_000, passageCharacters: 500 };
  const reader = { read: readDocument, close: async () => {} };
  const signal = new AbortController().signal;

  it('is read to the end, and every file that gave nothing is listed with the reason', async () => {
    await mkdir(join(folder, 'sub'));
    await writeFile(join(folder, 'sub', 'good.pdf'), pdfOf([long('The pump is cooled by water.')]));
    await writeFile(join(folder, 'locked.pdf'), encryptedPdf());
    await writeFile(join(folder, 'huge.txt'), 'x'.repeat(6_000));
    await writeFile(join(folder, 'short.txt'), 'hello');
    await writeFile(join(folder, 'table.csv'), 'a,b');
    await symlink(join(folder, 'short.txt'), join(folder, 'link.txt'));
    const found = await readFolder({ folder, bounds: settings, reader, signal });
    expect(found.documents).toBe(1);
    expect(found.passages[0]).toMatchObject({ file: 'sub/good.pdf', page: 1 });
    expect(Object.fromEntries(found.unread.map(({ file, code }) => [file, code]))).toEqual({
      'locked.pdf': 'encrypted',
      'huge.txt': 'too-large',
      'short.txt': 'no-text',
      'table.csv': 'unsupported',
      'link.txt': 'unsupported',
    });
  });

  it('lists the files that gave only a part of what they hold', async () => {
    const pages = Array.from({ length: 12 }, (_, page) => long(`Page ${page}.`));
    await writeFile(join(folder, 'thick.pdf'), pdfOf(pages));
    await writeFile(join(folder, 'thin.pdf'), pdfOf(pages.slice(0, 2)));
    const found = await readFolder({ folder, bounds: { ...settings, maxFileBytes: 50_000 }, reader, signal });
    expect(found).toMatchObject({
      documents: 2,
      unread: [],
      incomplete: [
        {
          file: 'thick.pdf',
          code: 'incomplete',
          reason: 'pages 11 to 12 are left out (grow.documents.maxPages)',
        },
      ],
    });
  });

  it('is refused where nothing in it can be read, or where there is none', async () => {
    await expect(readFolder({ folder, bounds: settings, reader, signal })).rejects.toMatchObject({
      message: expect.stringContaining('There are no files in'),
    });
    await writeFile(join(folder, 'locked.pdf'), encryptedPdf());
    await symlink('locked.pdf', join(folder, 'link.pdf'));
    await expect(readFolder({ folder, bounds: settings, reader, signal })).rejects.toMatchObject({
      message: expect.stringContaining('None of the 2 files'),
    });
    await rm(join(folder, 'link.pdf'));
    await expect(readFolder({ folder, bounds: settings, reader, signal })).rejects.toMatchObject({
      code: 'documents-unreadable',
      details: { unread: [{ file: 'locked.pdf', code: 'encrypted' }] },
    });
    const missing = join(folder, 'nowhere');
    await expect(readFolder({ folder: missing, bounds: settings, reader, signal })).rejects.toMatchObject({
      code: 'documents-missing',
    });
  });
});
