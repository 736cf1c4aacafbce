import { PrerequisiteError } from '../core/errors/index.ts';
import type { FetchOptions } from '../core/model-source.ts';

/**
 * Stops before the network is touched where it is switched off.
 * @throws PrerequisiteError `model-not-cached`
 */
export function requireNetwork(reference: string, options: Pick<FetchOptions, 'offline'>): void {
  if (!options.offline) return;
  throw new PrerequisiteError(
    'model-not-cached',
    `${reference} is not on this machine, and the network is switched off`,
    `Run \`stepdown models pull ${reference}\` where there is a network, or copy its cache folder here.`,
    { details: { reference } },
  );
}
