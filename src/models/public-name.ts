import type { ResolvedModel } from '../core/model-source.ts';
import { findEntry } from './catalogue/catalogue.ts';
import { parseHubReference } from './sources/hub-reference.ts';

/**
 * The name under which others find a model: `org/name` on the hub, wherever these weights came from; the id of a
 * model that no hub is known to have.
 */
export function publicName({ id, reference }: Pick<ResolvedModel, 'id' | 'reference'>): string {
  const references = [reference, ...(findEntry(id)?.references ?? [])];
  const onHub = references.filter(each => each.startsWith('hf:')).map(parseHubReference);
  // A repository of GGUF files is a form of the model; the model itself can be loaded.
  return (onHub.find(({ file }) => file === null) ?? onHub[0])?.repository ?? id;
}
