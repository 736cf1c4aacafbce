import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { documents, root, sources } from './documents.ts';

/** Anchors as GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link leads to a file that is there, and to a heading in it', () => {
  const links = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => ({ path, target: target! })),
  );
  const own = links.filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(own.length).toBeGreaterThan(60);
  for (const { path, target } of own) {
    const [file = '', anchor] = target.split('#');
    const leadsTo = file === '' ? path : relative(root, join(root, dirname(path), file));
    expect(existsSync(join(root, leadsTo)), `${path}: ${target}`).toBe(true);
    if (anchor !== undefined)
      expect(anchorsOf(readFileSync(join(root, leadsTo), 'utf8')), `${path}: ${target}`).toContain(anchor);
  }
});

test('every page that a guide links to is in the package beside it', () => {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
  const targets = documents
    .filter(({ path }) => path.startsWith('docs/guide/'))
    .flatMap(({ text }) => [...text.matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)/g)].map(([, target]) => target!));
  expect(targets.length).toBeGreaterThan(20);
  for (const target of targets) {
    const page = join('docs/guide', target);
    expect(
      files.some(packed => `${page}/`.startsWith(`${packed}/`)),
      target,
    ).toBe(true);
  }
});

test('every guide can be found from README.md', () => {
  const readme = documents.find(({ path }) => path === 'README.md')!.text;
  for (const { path } of documents.filter(one => one.path.startsWith('docs/guide/')))
    expect(readme, path).toContain(`](${path})`);
});

test('every page that the program names is there', () => {
  const named = sources.flatMap(({ text }) => text.match(/docs\/(?:guide|reference)\/[\w/.-]+\.md/g) ?? []);
  expect(named.length).toBeGreaterThan(5);
  for (const path of named) expect(existsSync(join(root, path)), path).toBe(true);
});

test('every folder of the sources and of the pipeline stands in the layout', () => {
  const [, layout = ''] = /```\n(src\/[\s\S]*?)```/.exec(
    documents.find(({ path }) => path === 'ARCHITECTURE.md')!.text,
  )!;
  const folders = ['src', 'src/stages', 'src/app', 'test'].flatMap(parent =>
    readdirSync(join(root, parent), { withFileTypes: true }).filter(
      entry => entry.isDirectory() && entry.name !== 'fixtures',
    ),
  );
  expect(folders.length).toBeGreaterThan(40);
  for (const { name } of folders) expect(layout, name).toMatch(new RegExp(String.raw`\b${name}\b`));
});
