import { pathToFileURL } from 'node:url';
import type { TorchBuild } from './torch-build.ts';

/** Sets of packages beside what training needs. */
export type EnvironmentExtra = 'test' | 'bench';

/** One call of the installer: the lines of its requirements file. */
export interface InstallStep {
  /** For the status line. */
  readonly title: string;
  readonly requirements: readonly string[];
  /** Every package must match a hash of the lock. */
  readonly hashes: boolean;
  /** Further index that is tried when the step fails without it. */
  readonly fallbackIndex: string | null;
}

/** Where packages come from, beyond what the user's own pip configuration says. */
export interface PackageSources {
  readonly wheelDir: string | null;
  readonly offline: boolean;
  readonly torchIndex: string | null;
}

/**
 * What is installed, in order; torch first, because it is what is most often missing. Nothing is resolved: the
 * locks name every package, so nothing else can come along.
 *
 * @param locks content of the lock files by name (`base`, `cuda`, `test`, `bench`)
 */
export function installPlan(
  build: TorchBuild,
  locks: Readonly<Record<string, string>>,
  sources: PackageSources,
): InstallStep[] {
  const places = placeOptions(sources);
  const torch = [
    ...places,
    ...(sources.torchIndex === null ? [] : [`--extra-index-url ${sources.torchIndex}`]),
    build.requirement,
    ...(build.kind === 'cuda' ? [locks['cuda'] ?? ''] : []),
  ];
  const isClosed = sources.offline || sources.wheelDir !== null || sources.torchIndex !== null;
  return [
    {
      title: `torch (${build.kind === 'default' ? 'standard' : build.kind.toUpperCase()} build)`,
      requirements: torch,
      hashes: false,
      fallbackIndex: isClosed ? null : build.publicIndex,
    },
    lockStep('the training packages', locks['base'] ?? '', places),
  ];
}

/** One of the extras, on top of an environment that is complete without it. */
export function extraStep(extra: EnvironmentExtra, lock: string, sources: PackageSources): InstallStep {
  return lockStep(`the ${extra} packages`, lock, placeOptions(sources));
}

function lockStep(title: string, lock: string, places: readonly string[]): InstallStep {
  return { title, requirements: [...places, lock], hashes: true, fallbackIndex: null };
}

function placeOptions({ wheelDir, offline }: PackageSources): string[] {
  // As an address: pip takes a path in a requirements file to end at its first space.
  if (wheelDir !== null) return ['--no-index', `--find-links ${pathToFileURL(wheelDir).href}`];
  return offline ? ['--no-index'] : [];
}
