import type { DatasetManifest } from '../../../core/dataset.ts';
import { type SplitName, splitNames } from '../../../core/example.ts';
import type { TaskKind } from '../../../core/task.ts';
import type { DataConfig } from '../schema.ts';
import type { Shares } from './deal.ts';

/** Where rows will go, known before any is read. */
export interface SplitPlan {
  readonly by: DatasetManifest['splitRule']['by'];
  /** Shares of the auto rows; 0 for a split that a file names. */
  readonly shares: Shares;
  /** Splits that must not end up empty. */
  readonly expected: readonly SplitName[];
}

/** Derives the plan from the config: files that name a split are respected, the rest is dealt out. */
export function planSplits(config: DataConfig, kind: TaskKind): SplitPlan {
  const named = new Set(config.sources.map(source => source.split));
  const hasAuto = named.has('auto');
  const share = (name: Exclude<SplitName, 'train'>) => (hasAuto && !named.has(name) ? config.split[name] : 0);
  const shares = { test: share('test'), calibration: share('calibration'), validation: share('validation') };
  const expected = splitNames.filter(
    name => name === 'train' || name === 'test' || named.has(name) || shares[name] > 0,
  );
  return { by: hasAuto ? rule(config, kind) : 'file', shares, expected };
}

function rule(config: DataConfig, kind: TaskKind): Exclude<DataConfig['split']['by'], 'auto'> {
  if (config.split.by !== 'auto') return config.split.by;
  if (config.fields.group !== undefined) return 'group';
  return kind === 'classify' ? 'stratified' : 'random';
}
