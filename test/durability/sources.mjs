/** Makes the sources that a short-lived process needs loadable without a compiler: once, not in every process. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import typescript from 'typescript';
import { compiled, root, target } from './compiled.mjs';

/**
 * Transpiles the folders of src that the capture log is made of.
 * @returns hash of what was compiled
 */
export function compileSources(folders = ['core', 'files', 'store']) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const from = join(root, 'src', folder);
    for (const name of readdirSync(from, { recursive: true }).sort()) {
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
      hash.update(outputText);
    }
  }
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  return hash.digest('hex');
}
