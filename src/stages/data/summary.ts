import type { DatasetManifest } from '../../core/dataset.ts';
import { type SplitName, splitNames } from '../../core/example.ts';

/** What `data show` says about a dataset. */
export interface DatasetSummary {
  readonly hash: string;
  readonly kind: DatasetManifest['task']['kind'];
  readonly licence: string | null;
  readonly rows: number;
  readonly splits: readonly {
    readonly name: SplitName;
    readonly rows: number;
    readonly groups: number;
    readonly share: number;
  }[];
  readonly splitRule: DatasetManifest['splitRule'];
  readonly sources: DatasetManifest['sources'];
  /** Labels by rows, most first; null for kinds without labels. `share` is of all rows, 0..1. */
  readonly labels:
    | readonly ({ readonly label: string; readonly rows: number; readonly share: number } & Readonly<
        Record<SplitName, number>
      >)[]
    | null;
  /** Labels of the task that no train row has. */
  readonly labelsWithoutTraining: readonly string[];
  readonly setAside: readonly { readonly code: string; readonly rows: number }[];
  readonly repairs: readonly { readonly code: string; readonly rows: number }[];
}

/** Sums a manifest up, for tables. Pure. */
export function summarizeDataset(manifest: DatasetManifest): DatasetSummary {
  const rows = splitNames.reduce((sum, name) => sum + manifest.splits[name].rows, 0);
  const shareOf = (count: number) => (rows === 0 ? 0 : count / rows);
  const counts = manifest.labelCounts;
  const allLabels = manifest.task.kind === 'classify' ? manifest.task.labels : [];
  const none = { train: 0, validation: 0, calibration: 0, test: 0 };
  const labels = allLabels.map(label => {
    const split = { ...none, ...(counts !== null && Object.hasOwn(counts, label) ? counts[label] : {}) };
    const total = splitNames.reduce((sum, name) => sum + split[name], 0);
    return { label, rows: total, share: shareOf(total), ...split };
  });
  return {
    hash: manifest.hash,
    kind: manifest.task.kind,
    licence: manifest.licence,
    rows,
    splits: splitNames.map(name => {
      const split = manifest.splits[name];
      return { name, rows: split.rows, groups: split.groups, share: shareOf(split.rows) };
    }),
    splitRule: manifest.splitRule,
    sources: manifest.sources,
    labels: counts === null ? null : labels.sort((a, b) => b.rows - a.rows),
    labelsWithoutTraining: labels.filter(label => label.train === 0).map(({ label }) => label),
    setAside: listed(manifest.setAside),
    repairs: listed(manifest.repairs),
  };
}

function listed(counts: Readonly<Record<string, number>>): { code: string; rows: number }[] {
  return Object.entries(counts)
    .map(([code, rows]) => ({ code, rows }))
    .sort((a, b) => b.rows - a.rows);
}
