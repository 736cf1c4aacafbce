/** Makes the sources that a short-lived process needs loadable without a compiler: once, not in every process. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Below the root, so that packages are found from there. */
const target = join(root, 'node_modules', '.cache', 'stepdown-durability');

/** Path of a source module, as JavaScript. */
export function compiled(source) {
  return join(target, source.replace(/\.ts$/, '.js'));
}

/** Transpiles the folders of src that the capture log is made of. */
export function compileSources(folders = ['core', 'files', 'store']) {
  for (const folder of folders) {
    const from = join(root, 'src', folder);
    for (const name of readdirSync(from, { recursive: true })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const { outputText } = typescript.transpileModule(readFileSync(join(from, name), 'utf8'), {
        compilerOptions: {
          target: typescript.ScriptTarget.ES2023,
          module: typescript.ModuleKind.ESNext,
          verbatimModuleSyntax: true,
          rewriteRelativeImportExtensions: true,
        },
      });
      const path = compiled(join(folder, name));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, outputText);
    }
  }
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
}
