import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the installed package: the parent of `dist/` or `src/`. */
export const packageDir = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Folder with the Python package `stepdown_trainer`. */
export const trainerDir = join(packageDir, 'trainer');

/** The llama.cpp source that the inference engine's package carries, for conversions; null without it. */
export function llamaCppSource(): { bundle: string; tag: string } | null {
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths('node-llama-cpp') ?? []) {
    const root = join(folder, 'node-llama-cpp', 'llama');
    const bundle = join(root, 'gitRelease.bundle');
    if (!existsSync(bundle)) continue;
    const { tag } = require(join(root, 'llama.cpp.info.json')) as { tag: string };
    return { bundle, tag };
  }
  return null;
}
