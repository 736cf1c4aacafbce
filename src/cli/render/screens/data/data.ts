import type { DatasetView } from '../../../../app/app.ts';
import type { DatasetManifest } from '../../../../core/dataset.ts';
import type { SplitName } from '../../../../core/example.ts';
import { signature } from '../../../../core/test-approval.ts';
import { countText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { table } from '../../table.ts';
import { oneLine } from '../../text.ts';
import { facts } from '../facts.ts';

/** Written out, as importing the constant would load the schemas with it. */
const order: readonly SplitName[] = ['train', 'validation', 'calibration', 'test'];
/** Labels and set-aside rows listed before the rest is only counted. */
const shownLabels = 12;
const shownSetAside = 5;

/** The frozen dataset: splits, labels, first rows, what was set aside. */
export function dataScreen(screen: Screen, view: DatasetView): string {
  const { manifest } = view;
  const approved =
    view.testApproval === null
      ? 'not approved: `stepdown data approve`'
      : `approved by ${signature(view.testApproval)}`;
  const lines = [datasetSummary(screen, manifest, view.dir), facts(screen, [['test rows', approved]])];
  if (manifest.labelCounts !== null) lines.push('', labelTable(screen, manifest.labelCounts));
  if (view.examples.length > 0) {
    lines.push('', screen.bold(`First rows of ${view.split}`));
    for (const example of view.examples) {
      const place = `${example.source.file}:${example.source.line}`;
      lines.push(
        `  ${oneLine(example.messages.at(-1)?.content ?? '', screen.columns - 2)}`,
        `  ${screen.accent('→')} ${oneLine(example.target, screen.columns - 8 - place.length)}  ${screen.dim(place)}`,
      );
    }
  }
  if (view.setAside.length > 0) {
    lines.push('', screen.bold(`Set aside: ${countText(view.setAside.length, 'row')}`));
    for (const row of view.setAside.slice(0, shownSetAside)) {
      lines.push(`  ${oneLine(`${row.file}:${row.line}  ${row.reason}`, screen.columns - 2)}`);
    }
    lines.push(screen.dim(`  all of them: ${view.dir}/set-aside.jsonl`));
  }
  return lines.join('\n');
}

/** Rows a split, and what import set aside or repaired. */
export function datasetSummary(screen: Screen, manifest: DatasetManifest, dir: string | null = null): string {
  const splits = order
    .map(name => `${manifest.splits[name].rows.toLocaleString('en-US')} ${name}`)
    .join(' · ');
  return [
    `${screen.bold('Dataset')}  ${manifest.task.kind} · ${manifest.hash.slice(0, 12)}`,
    facts(screen, [
      ['rows', splits],
      ['split by', `${manifest.splitRule.by}, seed ${manifest.splitRule.seed}`],
      ['set aside', counts(manifest.setAside)],
      ['repaired', counts(manifest.repairs)],
      ['licence', manifest.licence ?? 'not stated'],
      ['folder', dir],
    ]),
  ].join('\n');
}

function labelTable(screen: Screen, labelCounts: NonNullable<DatasetManifest['labelCounts']>): string {
  const rows = Object.entries(labelCounts).sort(([, a], [, b]) => b.train - a.train);
  const drawn = table(
    screen,
    [
      { title: 'LABEL', cell: ([label]) => oneLine(label, 60), shrinkTo: 16 },
      ...order.map(name => ({
        title: name.toUpperCase(),
        cell: ([, count]: (typeof rows)[number]) => count[name].toLocaleString('en-US'),
        align: 'right' as const,
      })),
    ],
    rows.slice(0, shownLabels),
  );
  const more = rows.length - shownLabels;
  return more > 0 ? `${drawn}\n${screen.dim(`  and ${countText(more, 'more label')}`)}` : drawn;
}

function counts(byReason: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byReason).filter(([, count]) => count > 0);
  return entries.length === 0 ? 'none' : entries.map(([code, count]) => `${count} ${code}`).join(' · ');
}
