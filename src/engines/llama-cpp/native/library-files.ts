import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PrerequisiteError } from '../../../core/errors/index.ts';

/** Release of llama.cpp whose `include/llama.h` the struct layouts in `native.ts` follow. */
export const llamaCppRelease = 'v0.5.0';

/** Which build of the library: `cpu`, or the best one for a GPU that is installed. */
export type LibraryVariant = 'cpu' | 'gpu';

/** The shared libraries of one prebuilt llama.cpp, in the order in which they must be loaded. */
export interface LibraryFiles {
  /** Folder that also holds the backends (`ggml-cpu-*`, `ggml-cuda`), absolute. */
  readonly directory: string;
  readonly ggmlBase: string;
  readonly ggml: string;
  readonly llama: string;
  /** The tag in the file name, where the platform has one: `v0.5.0`. */
  readonly release: string | null;
}

/**
 * Finds the libraries that node-llama-cpp ships prebuilt for this platform, without loading anything.
 * @throws PrerequisiteError `llama-library-missing`
 */
export function findLibraryFiles(variant: LibraryVariant = 'cpu'): LibraryFiles {
  const names = packageNames(variant);
  for (const name of names)
    for (const directory of binaryDirectories(name)) {
      const files = readLibraryDirectory(directory);
      if (files !== null) return files;
    }
  throw new PrerequisiteError(
    'llama-library-missing',
    `No prebuilt llama.cpp library for ${process.platform} ${process.arch} was found (looked for ${names.join(', ')})`,
    'Install the dependencies again with optional packages included: `npm install --include=optional`.',
    { details: { platform: process.platform, arch: process.arch } },
  );
}

/** Packages of node-llama-cpp's prebuilt binaries, best first. */
function packageNames(variant: LibraryVariant): string[] {
  const system = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string];
  const arch = process.arch === 'arm' ? 'armv7l' : process.arch;
  const cpu = `${system ?? process.platform}-${arch}`;
  if (system === 'mac' && arch === 'arm64') return ['mac-arm64-metal'];
  return variant === 'gpu' ? [`${cpu}-cuda`, `${cpu}-vulkan`, cpu] : [cpu];
}

function binaryDirectories(name: string): string[] {
  const roots = createRequire(import.meta.url).resolve.paths('node-llama-cpp') ?? [];
  return roots
    .flatMap(root => [root, join(root, 'node-llama-cpp', 'node_modules')])
    .map(root => join(root, '@node-llama-cpp', name, 'bins', name))
    .filter(directory => existsSync(directory));
}

/** Names differ by platform: `libllama.v0.5.0.so`, `libllama.dylib`, `llama.dll`. */
function readLibraryDirectory(directory: string): LibraryFiles | null {
  const entries = readdirSync(directory);
  const find = (stem: string) =>
    entries.find(entry =>
      new RegExp(String.raw`^(lib)?${stem}(\.(cuda|vulkan|metal))?(\.v[\d.]+)?\.(so|dylib|dll)$`).test(entry),
    );
  const [ggmlBase, ggml, llama] = [find('ggml-base'), find('ggml'), find('llama')];
  if (ggmlBase === undefined || ggml === undefined || llama === undefined) return null;
  return {
    directory,
    ggmlBase: join(directory, ggmlBase),
    ggml: join(directory, ggml),
    llama: join(directory, llama),
    release: /\.(v\d[\d.]*)\.(so|dylib|dll)$/.exec(llama)?.[1] ?? null,
  };
}
