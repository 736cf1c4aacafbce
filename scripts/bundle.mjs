/**
 * Bundles the command line into few files: dist/cli/main.js and dist/bundle/. Each module that is loaded costs memory
 * for as long as a gateway runs, and time at the start of every verb. The rest of dist/ stays as tsc wrote it: the
 * public API, programs of their own, and files that modules find beside themselves.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './setup.mjs';

/** Packages of many modules that most verbs load. The others stay in node_modules. */
const inlined = ['@opentelemetry/api', 'commander', 'kysely', 'stdnum', 'undici', 'yaml', 'zod'];
/**
 * CommonJS modules of native code, which every gateway loads. They are required: of one that is imported Node scans the
 * text for exports, with a scanner that V8 then compiles to machine code; what that takes, up to 4 MB, is never given
 * back.
 */
const required = ['libsql', 'libsql/promise'];
const dist = join(root, 'dist');
const bundled = join(dist, 'bundle');
const withSlashes = path => path.replaceAll('\\', '/');

/** A module that asks where it stands is told where tsc has put it: chunks stand in folders directly below dist/. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(dist)) return null;
    const place = `new URL('../${withSlashes(relative(dist, id))}', import.meta.url).href`;
    return code.replaceAll(/import\.meta\.(\w+)(?:\(('[^']+')\))?/g, (found, name, path) => {
      if (name === 'url') return place;
      if (name === 'resolve' && path !== undefined) return `new URL(${path}, ${place}).href`;
      throw new Error(`${found} in ${id} means something else in a bundle`);
    });
  },
};

const requiring = {
  name: 'requiring',
  resolveId: id => (required.includes(id) ? `\0required:${id}` : null),
  load(id) {
    const name = /^\0required:(.*)/.exec(id)?.[1];
    if (name === undefined) return null;
    return `import { createRequire } from 'node:module';
      export default createRequire(import.meta.url)('${name}');`;
  },
};

/** The licences of what is copied, beside it. */
function writeLicences(moduleIds) {
  const packages = moduleIds.flatMap(
    id => /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(withSlashes(id)) ?? [],
  );
  const texts = [...new Set(packages)].sort().map(folder => {
    const file = readdirSync(folder).find(name => /^licen[cs]e/i.test(name));
    return `${basename(folder)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  writeFileSync(join(bundled, 'LICENSES.txt'), texts.join('\n----\n\n'));
}

rmSync(bundled, { recursive: true, force: true });
const bundle = await rolldown({
  input: { 'cli/main': join(dist, 'cli', 'main.js') },
  platform: 'node',
  external: id =>
    /^[^./\0]/.test(id) && !required.includes(id) && !inlined.some(name => `${id}/`.startsWith(`${name}/`)),
  plugins: [places, requiring],
});
const { output } = await bundle.write({
  dir: dist,
  format: 'esm',
  chunkFileNames: 'bundle/[name]-[hash].js',
  comments: false,
});
writeLicences(output.flatMap(({ moduleIds = [] }) => moduleIds));
