import { existsSync } from 'node:fs';
import { ConfigError, DataError, StepdownError } from '../core/errors/index.ts';
import type { FetchOptions, ModelSource, ResolvedModel } from '../core/model-source.ts';
import { findEntry, pinOf, unknownModel } from './catalogue/catalogue.ts';
import type { CatalogueEntry } from './catalogue/entry.ts';
import { openModelCache } from './model-cache.ts';
import { createChatTemplate, type JinjaChatTemplate } from './templates/chat-template.ts';
import { familyTemplates } from './templates/family-templates.ts';
import { ownTemplate } from './templates/own-template.ts';

/** A reference with the source that serves it, and the catalogue entry it belongs to, if any. */
export interface ModelPlace {
  readonly reference: string;
  readonly source: ModelSource;
  readonly entry: CatalogueEntry | null;
}

/**
 * Where a model comes from: a catalogue id, a reference with scheme, or a path.
 * @throws ConfigError `model-unknown` | `scheme-unknown`
 */
export function placeModel(idOrReference: string, sources: readonly ModelSource[]): ModelPlace {
  const entry = findEntry(idOrReference);
  const named = entry?.id === idOrReference ? entry.references[0] : idOrReference;
  const scheme = /^([a-z]{2,}):/.exec(named)?.[1];
  const path = scheme === undefined && (/^[./~]|\.gguf$|^[A-Za-z]:\\/.test(named) || existsSync(named));
  if (scheme === undefined && !path) throw unknownModel(idOrReference);
  const reference = path ? `file:${named}` : named;
  const source = sources.find(candidate => candidate.scheme === (scheme ?? 'file'));
  if (source !== undefined) return { reference, source, entry };
  throw new ConfigError(
    'scheme-unknown',
    `Nothing serves models from "${scheme}:"`,
    `Begin the reference with one of: ${sources.map(candidate => `${candidate.scheme}:`).join(' ')}.`,
  );
}

/**
 * Brings a model onto this machine, checked and pinned; what is here already is not fetched again.
 * @throws ConfigError `model-unknown` | `scheme-unknown` | `model-not-found`; DataError `checksum-mismatch` |
 *   `gguf-invalid` | `gguf-split` | `safetensors-invalid` | `pickle-refused` | `model-incomplete`; PrerequisiteError
 *   `network-unreachable` | `model-not-cached` | `disk-full`
 */
export async function resolveModel(
  idOrReference: string,
  sources: readonly ModelSource[],
  options: FetchOptions,
): Promise<ResolvedModel> {
  const { reference, source, entry } = placeModel(idOrReference, sources);
  const cache = openModelCache(options.cacheDir);
  const pinned = pinOf(reference);
  // A relative `file:` names another file in another workspace, and files change: its source always looks.
  let model = source.scheme === 'file' ? null : await cache.find(reference);
  if (model === null) {
    const path = await source.fetch(reference, options);
    const found = await cache.find(reference);
    model =
      found?.path === path
        ? found
        : await cache.adopt({ reference, path, move: false, licence: null, sha256: pinned });
  }
  if (pinned !== null && pinned !== model.sha256) {
    throw new DataError(
      'checksum-mismatch',
      `The weights of ${idOrReference} are not those of the catalogue: SHA-256 ${model.sha256} instead of ${pinned}`,
      `Delete ${model.path} and run the same command again; if it stays so, do not use the source.`,
      { details: { expected: pinned, actual: model.sha256 } },
    );
  }
  return {
    ...model,
    reference: idOrReference,
    id: entry?.id ?? model.id,
    licence: entry?.licence.name ?? model.licence,
  };
}

/** The model if it is on this machine already; null otherwise. Touches no network. */
export async function findLocalModel(
  idOrReference: string,
  sources: readonly ModelSource[],
  cacheDir: string,
): Promise<ResolvedModel | null> {
  try {
    return await resolveModel(idOrReference, sources, { cacheDir, offline: true });
  } catch (error) {
    const absent =
      error instanceof StepdownError && ['model-not-cached', 'model-not-found'].includes(error.code);
    if (absent) return null;
    throw error;
  }
}

/** Whether a model that was resolved before is the same: what the cache holds does not change, a user's own file may. */
export async function isStillTheModel(
  { reference, sha256 }: ResolvedModel,
  sources: readonly ModelSource[],
  cacheDir: string,
): Promise<boolean> {
  if (placeModel(reference, sources).source.scheme !== 'file') return true;
  // A file that is no model any more is told of when it is resolved again.
  const now = await findLocalModel(reference, sources, cacheDir).catch(() => null);
  return now?.sha256 === sha256;
}

/**
 * The chat template of a model: the catalogue's for its families, the model's own otherwise.
 * @throws DataError `template-missing` | `template-invalid`
 */
export async function templateOf(model: ResolvedModel): Promise<JinjaChatTemplate> {
  const entry = findEntry(model.id) ?? findEntry(model.reference);
  return entry === null ? ownTemplate(model.path) : createChatTemplate(familyTemplates[entry.family]);
}
