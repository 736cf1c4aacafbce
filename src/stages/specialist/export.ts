import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChatTemplate } from '../../core/chat-model.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import { readSpecialist, specialistFiles } from './manifest.ts';
import { modelfile } from './modelfile.ts';
import { placeFile } from './place-file.ts';

export type ExportedFormat = 'gguf' | 'adapter' | 'ollama' | 'card';

/** Begins the name of what is not complete yet. */
const partName = '.part-';

export interface ExportRequest {
  readonly specialistDir: string;
  /** Folder to write; must not exist, or be empty. */
  readonly dir: string;
  readonly formats: readonly ExportedFormat[];
  readonly template: ChatTemplate;
}

export interface ExportedFile {
  readonly kind: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Writes a specialist in the formats other programs read; a new folder appears whole or not at all. A folder that is
 * there already stays the one it is: it may be a mounted one, or the one the user is in.
 * @throws ConfigError `export-not-empty` | `export-no-adapter` | `modelfile-impossible`
 */
export async function exportSpecialist(request: ExportRequest): Promise<ExportedFile[]> {
  const { specialistDir, dir, formats } = request;
  const manifest = await readSpecialist(specialistDir);
  const there = existsSync(dir) ? await stat(dir) : null;
  const content = there?.isDirectory() ? await readdir(dir) : [];
  if (there !== null && !(there.isDirectory() && content.every(name => name.startsWith(partName)))) {
    throw new ConfigError(
      'export-not-empty',
      there.isDirectory() ? `${dir} is not empty` : `${dir} is a file`,
      'Name a folder that is new or empty: `stepdown export ./model`.',
    );
  }
  const building =
    there === null ? `${dir}${partName}${process.pid}` : join(dir, `${partName}${process.pid}`);
  // What an export that was killed left is no content.
  for (const name of content) await rm(join(dir, name), { recursive: true });
  await rm(building, { recursive: true, force: true });
  await mkdir(building, { recursive: true });

  const written: { kind: string; name: string }[] = [];
  const add = async (kind: string, from: string, name: string): Promise<void> => {
    // Whoever gets the files may edit them in place, and a specialist never changes.
    await placeFile(join(specialistDir, from), join(building, name), 'copy');
    written.push({ kind, name });
  };
  const modelName = `${manifest.name}-${manifest.quantization}.gguf`;

  try {
    if (formats.includes('gguf') || formats.includes('ollama')) {
      await add(`gguf-${manifest.quantization}`, manifest.files.model.path, modelName);
    }
    if (formats.includes('ollama')) {
      await writeFileAtomic(join(building, 'Modelfile'), modelfile(manifest, request.template, modelName));
      written.push({ kind: 'modelfile', name: 'Modelfile' });
    }
    if (formats.includes('adapter')) {
      const { adapterPeft, adapterGguf } = manifest.files;
      if (!adapterPeft) {
        throw new ConfigError(
          'export-no-adapter',
          'This specialist was fully fine-tuned and has no adapter',
          'Export `gguf` instead.',
        );
      }
      await add('adapter-peft', adapterPeft.path, specialistFiles.adapterPeft);
      if (adapterGguf) await add('adapter-gguf', adapterGguf.path, specialistFiles.adapterGguf);
    }
    if (formats.includes('card')) await add('model-card', specialistFiles.card, specialistFiles.card);
    await writeFileAtomic(
      join(building, 'manifest.json'),
      await readFile(join(specialistDir, specialistFiles.manifest), 'utf8'),
    );
    written.push({ kind: 'manifest', name: 'manifest.json' });
    if (there === null) await rename(building, dir);
    else await moveInto(building, dir);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    throw error;
  }
  return Promise.all(
    written.map(async ({ kind, name }) => {
      const path = join(dir, name);
      return { kind, path, sizeBytes: (await hashPath(path)).sizeBytes };
    }),
  );
}

async function moveInto(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) await rename(join(from, name), join(to, name));
  await rm(from, { recursive: true });
}
