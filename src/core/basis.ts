/**
 * What an entry of a shipped table rests on. `text`: the wording itself was read at its source, or in a dated copy of
 * that page; `secondary`: a report about it; `recalled`: general knowledge, to be read at the source first of all.
 */
export type Basis = 'text' | 'secondary' | 'recalled';

/** How an entry is shown to rest on what it rests on: what nobody read at its source is said to be not checked. */
export const basisText: Readonly<Record<Basis, string>> = {
  text: 'read at the source',
  secondary: 'from a report about it, not checked at the source',
  recalled: 'from general knowledge, not checked at the source',
};
