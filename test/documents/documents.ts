import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Paths below a folder of the repository that end so, from the root. */
export function pathsIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith(ending))
    .map(name => join(folder, name));
}

/** Every page that is written by hand, by its path from the root. */
export const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
  ...pathsIn('docs/guide', '.md'),
  ...pathsIn('docs/decisions', '.md'),
  ...['fault-triage', 'work-order-entities'].map(name => `examples/${name}/README.md`),
].map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** Fenced blocks of all pages. */
export const blocks = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: content = '' }) => ({
    /** `docs/guide/keys.md:61`. */
    place: `${path}:${text.slice(0, index).split('\n').length}`,
    language,
    text: content,
  })),
);

/** Pages without their blocks. */
export const prose = documents.map(({ path, text }) => ({
  path,
  text: text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, ''),
}));

/** What the program says: its sources without tests. */
export const sources = pathsIn('src', '.ts')
  .filter(path => !/\.test\.ts$|\/fixtures\//.test(path))
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }));
