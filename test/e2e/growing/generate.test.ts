import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { docxOf, encryptedPdf, pdfOf } from '../../../src/stages/grow/fixtures/documents.ts';
import {
  configure,
  inWorkspace,
  lines,
  stepdown,
  testSplitHash,
  theTeacher,
  useWorkspace,
} from './workspace.ts';

useWorkspace();

describe('data generate', () => {
  it('makes rows that import takes into the train split, and leaves the test split as it was', async () => {
    const before = await testSplitHash();
    await configure({
      grow: { judge: { baseUrl: theTeacher().url, model: 'judge-model', price: { input: 1, output: 1 } } },
    });
    const { code, json, stderr } = await stepdown('data', 'generate', 'made.jsonl', '--rows', '12', '--yes');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('the terms are not known');
    const rows = await lines('made.jsonl');
    expect(rows.length).toBeGreaterThan(5);
    expect(json.rows).toBe(rows.length);
    const aside = await lines('made.set-aside.jsonl');
    expect(rows.length + aside.length).toBe(json.inputs);
    expect(Object.values(json.setAside as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(
      aside.length,
    );
    for (const row of rows) {
      expect(row.input).toContain(row.output);
      expect(row.provenance).toMatchObject({
        kind: 'generated',
        teacher: { model: 'teacher-model' },
        samples: 3,
        agreement: 1,
        judge: { model: 'judge-model', reason: 'clear' },
      });
      expect(row.provenance.seeds.length).toBeGreaterThan(0);
    }
    // By hand: every answer is 100 tokens in at 1 and 10 out at 4 dollars a million; the judge's cost 1 and 1.
    const judged = theTeacher().received.filter(body => body.includes('judge-model')).length;
    const asked = theTeacher().received.length - judged;
    expect(json.spent.nowUsd).toBeCloseTo((asked * 140 + judged * 110) / 1e6, 9);

    await configure({ sources: [{ file: 'made.jsonl', split: 'train' }] });
    expect(await testSplitHash()).toBe(before);
    const shown = await stepdown('data', 'show');
    expect(shown.json.manifest.splits.train.rows).toBeGreaterThan(40);

    // The same command makes the same rows again, and pays for none.
    const seenBefore = theTeacher().received.length;
    await configure({
      sources: [{ file: 'made.jsonl', split: 'train' }],
      grow: { judge: { baseUrl: theTeacher().url, model: 'judge-model', price: { input: 1, output: 1 } } },
    });
    expect((await stepdown('data', 'generate', 'made.jsonl', '--rows', '12', '--yes')).code).toBe(0);
    expect(await lines('made.jsonl')).toEqual(rows);
    expect(theTeacher().received).toHaveLength(seenBefore);

    // Made rows are known now, but none of them is shown to the teacher as an example.
    const seen = theTeacher().received.length;
    expect((await stepdown('data', 'generate', 'more.jsonl', '--rows', '20', '--yes')).code).toBe(0);
    for (const body of theTeacher()
      .received.slice(seen)
      .filter(text => text.includes('<example>')))
      for (const row of rows) expect(body).not.toContain(row.input);
  });

  it('writes about documents, and lists those it cannot read', async () => {
    await mkdir(inWorkspace('docs'));
    const about = 'The pump is cooled by water from the ring line and stops when that is warm. ';
    await writeFile(inWorkspace('docs', 'manual.pdf'), pdfOf(['x', about.repeat(3)]));
    await writeFile(inWorkspace('docs', 'notes.docx'), docxOf([about.repeat(4)]));
    await writeFile(inWorkspace('docs', 'locked.pdf'), encryptedPdf());
    await writeFile(inWorkspace('docs', 'broken.pdf'), 'no pdf');
    const { code, json } = await stepdown(
      'data',
      'generate',
      'made.jsonl',
      '--documents',
      'docs',
      '--rows',
      '4',
      '--yes',
    );
    expect(code).toBe(0);
    expect(json.plan.documents).toMatchObject({ read: 2, passages: 2 });
    expect(
      json.plan.documents.unread.map(({ file, code: why }: Record<string, string>) => [file, why]),
    ).toEqual([
      ['broken.pdf', 'unreadable'],
      ['locked.pdf', 'encrypted'],
    ]);
    const places = (await lines('made.jsonl')).map(row => row.provenance.document);
    expect(places).toContainEqual({ file: 'manual.pdf', page: 2 });
    expect(places).toContainEqual({ file: 'notes.docx', page: null });
  });

  it('gives a document up that takes too long', async () => {
    await configure({ grow: { documents: { timeoutMs: 1 } } });
    await mkdir(inWorkspace('docs'));
    await writeFile(inWorkspace('docs', 'manual.pdf'), pdfOf(['some text']));
    const { code, json } = await stepdown('data', 'generate', 'made.jsonl', '--documents', 'docs', '--yes');
    expect(code).toBe(2);
    expect(json.error).toMatchObject({
      code: 'documents-unreadable',
      details: { unread: [{ file: 'manual.pdf', code: 'too-slow' }] },
    });
    expect(theTeacher().received).toEqual([]);
  });
});
