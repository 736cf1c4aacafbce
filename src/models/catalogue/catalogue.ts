import { closest, distance } from 'fastest-levenshtein';
import { ConfigError } from '../../core/errors/index.ts';
import { gemma3Entries } from './entries/gemma3.ts';
import { llama3Entries } from './entries/llama3.ts';
import { mistralEntries } from './entries/mistral.ts';
import { phiEntries } from './entries/phi.ts';
import { qwen3Entries } from './entries/qwen3.ts';
import { smollm2Entries } from './entries/smollm2.ts';
import type { CatalogueEntry } from './entry.ts';

export type { CatalogueEntry } from './entry.ts';

/** Models that are known by a short name, smallest family first. */
export const catalogue: readonly CatalogueEntry[] = [
  ...smollm2Entries,
  ...qwen3Entries,
  ...gemma3Entries,
  ...llama3Entries,
  ...phiEntries,
  ...mistralEntries,
];

/** The entry with this id, or the one that a reference belongs to; null where there is none. */
export function findEntry(idOrReference: string): CatalogueEntry | null {
  return (
    catalogue.find(entry => entry.id === idOrReference || entry.references.includes(idOrReference)) ?? null
  );
}

/** What the weights of a reference must hash to; null where the catalogue does not say. */
export function pinOf(reference: string): string | null {
  return catalogue.find(entry => entry.references[0] === reference)?.sha256 ?? null;
}

/** The error for an id that nothing knows, with the nearest id where one is near. */
export function unknownModel(id: string): ConfigError {
  const ids = catalogue.map(entry => entry.id);
  const near = closest(id, ids);
  const guess = distance(id, near) <= Math.max(3, id.length / 3) ? `Did you mean "${near}"? ` : '';
  return new ConfigError(
    'model-unknown',
    `No model "${id}" in the catalogue`,
    `${guess}Choose an id from \`stepdown models list\`, or write hf:org/name, pypi:package==version/file.gguf or file:path.`,
    { details: { id, near } },
  );
}
