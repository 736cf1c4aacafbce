import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { ConfigError } from '../../core/errors/index.ts';
import type { ModelSource } from '../../core/model-source.ts';
import { hashPath } from '../../files/hash-file.ts';
import { openModelCache } from '../model-cache.ts';

/**
 * `file:path`: a GGUF file or a model folder of the user's own, used where it lies.
 *
 * Nothing is pinned: when its size or time changed, it is checked and hashed again, and the new hash goes into
 * the records of what is made from it. What was made before keeps the old hash.
 * @param baseDir what relative paths are relative to: the workspace
 */
export function createFileSource(baseDir: string): ModelSource {
  const locate = async (reference: string): Promise<string> => {
    // A shell expands the tilde on a command line; in stepdown.yaml nobody has.
    const path = reference.replace(/^file:(\/\/(?=\/))?/, '').replace(/^~(?=\/)/, homedir());
    const absolute = isAbsolute(path) ? path : join(resolve(baseDir), path);
    try {
      await stat(absolute);
    } catch (error) {
      throw new ConfigError(
        'model-not-found',
        `No model at ${absolute}`,
        'Give the path of a GGUF file or of a folder with config.json, safetensors and tokenizer.',
        { cause: error },
      );
    }
    return absolute;
  };
  return {
    scheme: 'file',
    async resolve(reference) {
      const path = await locate(reference);
      return {
        files: [
          {
            name: path,
            sizeBytes: (await stat(path)).isDirectory()
              ? (await hashPath(path)).sizeBytes
              : (await stat(path)).size,
          },
        ],
      };
    },
    async fetch(reference, options) {
      const path = await locate(reference);
      const cache = openModelCache(options.cacheDir);
      const known = await cache.find(reference);
      if (known?.path === path) return path;
      await cache.adopt({ reference, path, move: false, licence: null, sha256: null });
      return path;
    },
  };
}
