import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../../core/artifact.ts';
import { DataError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import { type SpecialistManifest, specialistManifestSchema } from '../../core/specialist.ts';
import { hashPath } from '../../files/hash-file.ts';

/** File names inside a specialist folder, relative to it. */
export const specialistFiles = {
  manifest: 'manifest.json',
  model: 'model.gguf',
  adapterGguf: 'adapter.gguf',
  adapterPeft: 'adapter',
  evaluation: 'evaluation.json',
  card: 'README.md',
} as const;

/** Hash that names a specialist: over everything in the manifest but the hash itself and the time. */
export function specialistHash(manifest: Omit<SpecialistManifest, 'hash' | 'createdAt'>): string {
  const { hash: _hash, createdAt: _createdAt, ...content } = manifest as SpecialistManifest;
  return hashJson(content);
}

/**
 * Reads a specialist folder and makes sure that it is what was packaged.
 * @param verifyFiles also hash every file: seconds for gigabytes, so off where the folder was just written
 * @throws DataError `specialist-unreadable` | `specialist-changed`
 */
export async function readSpecialist(dir: string, verifyFiles = true): Promise<SpecialistManifest> {
  const path = join(dir, specialistFiles.manifest);
  let manifest: SpecialistManifest;
  try {
    manifest = specialistManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new DataError(
      'specialist-unreadable',
      `${path} is not a specialist's manifest`,
      'Name the folder of a specialist (see `.stepdown/specialists/`), or make one with `stepdown run`.',
      { cause: error },
    );
  }
  if (specialistHash(manifest) !== manifest.hash) throw changed(path);
  if (verifyFiles) {
    const artifacts = Object.values(manifest.files).filter((file): file is Artifact => file !== null);
    for (const artifact of artifacts) {
      const actual = await hashPath(join(dir, artifact.path)).catch(() => null);
      if (actual?.sha256 !== artifact.sha256) throw changed(join(dir, artifact.path));
    }
  }
  return manifest;
}

function changed(path: string): DataError {
  return new DataError(
    'specialist-changed',
    `${path} is not what was packaged`,
    'A specialist is immutable: make it again with `stepdown run`, or restore the folder from a copy.',
  );
}
