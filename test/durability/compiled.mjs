/** Where `compileSources` puts what it compiles; loads no compiler, which every killed process would pay for. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
/** Below the root, so that packages are found from there. */
export const target = join(root, 'node_modules', '.cache', 'stepdown-durability');

/** Path of a source module, as JavaScript. */
export function compiled(source) {
  return join(target, source.replace(/\.ts$/, '.js'));
}
