/** Copies what tsc does not (data files, templates) from src/ to dist/ and marks the build as done. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './setup.mjs';

const source = join(root, 'src');
for (const entry of readdirSync(source, { withFileTypes: true, recursive: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || entry.name.endsWith('.ts') || path.includes('fixtures')) continue;
  const target = join(root, 'dist', relative(source, path));
  cpSync(path, target, { recursive: true });
}
writeFileSync(join(root, 'dist', '.built'), '');
