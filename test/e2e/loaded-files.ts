import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const hook =
  'export async function load(url, context, next) { process._rawDebug("loaded " + url); return next(url, context); }';
const register = `import { register } from 'node:module'; register(${JSON.stringify(inline(hook))});`;

/** Started with it, a process says on standard error which files it loads. */
export const tellLoadedFiles = { NODE_OPTIONS: `--import=${inline(register)}` };

/** What a process said it has loaded: its files, and the modules that are bundled in them. */
export function loadedFiles(standardError: string): { readonly files: string[]; readonly modules: string[] } {
  const files = Array.from(standardError.matchAll(/^loaded (file:\S+)$/gm), ([, url]) => fileURLToPath(url!));
  const scripts = files.filter(file => file.endsWith('.js')).map(file => readFileSync(file, 'utf8'));
  // The bundler writes above each module where it comes from.
  const bundled = scripts.flatMap(text =>
    Array.from(text.matchAll(/^\/\/ (\S+\.m?js)$/gm), ([, path]) => path!),
  );
  return { files, modules: [...files, ...bundled] };
}

function inline(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
