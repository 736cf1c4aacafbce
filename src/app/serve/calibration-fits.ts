import { ConfigError } from '../../core/errors/index.ts';
import type { CascadeCalibration } from '../../stages/cascade/calibration.ts';
import type { TargetConfig } from '../../stages/serve/schema.ts';
import { serversOf } from './served-by.ts';

/**
 * Refuses a calibration that says nothing of the specialist as an alias serves it: of other weights, another prompt or
 * schema, or of another engine, whose confidences differ for the same weights.
 *
 * @param hash of the specialist: over its weights, prompt, task and template
 * @throws ConfigError `calibration-foreign` | `calibration-of-other-server`
 */
export function requireCalibrationOf(
  alias: string,
  calibration: CascadeCalibration,
  hash: string,
  targets: readonly TargetConfig[] | undefined,
): void {
  const { specialist, servedBy } = calibration;
  if (specialist.hash !== hash)
    throw new ConfigError(
      'calibration-foreign',
      `The calibration of serve.aliases.${alias} was made for specialist ${specialist.name} ${specialist.hash.slice(0, 8)}, not for ${hash.slice(0, 8)}: its weights, prompt or task are others`,
      `Run \`stepdown cascade calibrate${targets === undefined ? '' : ` --alias ${alias}`}\` for this specialist.`,
      { details: { calibrated: specialist.hash, served: hash } },
    );
  const known = new Set((servedBy?.servers ?? []).map(nameOf));
  const wanted = targets === undefined ? [] : serversOf(alias, targets).map(nameOf);
  const unknown = wanted.filter(name => !known.has(name));
  if (unknown.length === 0 && (targets === undefined) === (servedBy === undefined)) return;
  const calibrated = known.size === 0 ? 'in this process' : `by ${[...known].join(', ')}`;
  const served = targets === undefined ? 'in this process' : `by ${wanted.join(', ')}`;
  throw new ConfigError(
    'calibration-of-other-server',
    `The calibration of serve.aliases.${alias} was made with the specialist run ${calibrated}, and it is served ${served}`,
    targets === undefined
      ? 'Run `stepdown cascade calibrate`, or set `servedBy` as it was calibrated.'
      : `Run \`stepdown cascade calibrate --alias ${alias}\`: confidences of one engine say little of another.`,
    { details: { calibrated: [...known], served: wanted } },
  );
}

const nameOf = ({ upstream, model }: { readonly upstream: string; readonly model: string }) =>
  `${upstream}/${model}`;
