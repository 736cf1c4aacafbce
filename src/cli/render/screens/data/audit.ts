import type { Audit, AuditFinding, AuditItem } from '../../../../core/audit.ts';
import { countText, durationText } from '../../numbers.ts';
import type { Screen } from '../../screen.ts';
import { oneLine, placeText, wrap } from '../../text.ts';
import { facts } from '../facts.ts';

/** Rows shown of a finding. */
const shownItems = 3;
const shownLanguages = 4;
const longestLabel = 60;
const longestPlace = 50;
/** Long enough that no evidence is cut: the longest name a form and two targets. */
const longestEvidence = 1_000;

/** What an audit found, worst first, with the first rows of each finding and what to do next. */
export function auditScreen(screen: Screen, audit: Audit): string {
  const lines = [head(screen, audit)];
  for (const found of audit.findings) lines.push('', findingText(screen, found));
  if (audit.findings.length === 0) lines.push('', screen.good('Nothing was found.'));
  if (audit.approximations.length > 0) {
    lines.push('', screen.bold('Not on every row'));
    for (const said of audit.approximations) lines.push(`  ${wrap(said, screen.columns - 2, '  ')}`);
  }
  if (audit.omitted.length > 0) {
    lines.push('', screen.bold('Not looked at'));
    for (const { kind, reason } of audit.omitted)
      lines.push(`  ${wrap(`${kind}: ${reason}`, screen.columns - 2, '  ')}`);
  }
  lines.push('', next(screen, audit));
  return lines.join('\n');
}

function head(screen: Screen, { files, rows, taskKind, profile, datasetHash, tookMs }: Audit): string {
  const { labels, languages, tokens } = profile;
  const named = files.map(({ file, split, rows: count }) =>
    split === null ? file : `${file} (${split} ${count.toLocaleString('en-US')})`,
  );
  const [most, least] = [labels?.[0], labels?.at(-1)];
  const told = languages.reduce((sum, { rows: count }) => sum + count, 0);
  const mix = languages
    .slice(0, shownLanguages)
    .map(
      ({ language, rows: count }) =>
        `${language === 'und' ? 'undetermined' : language} ${percent(count / told)}`,
    );
  const others = languages.length - mix.length;
  if (others > 0) mix.push(`and ${others} more`);
  return [
    `${screen.bold('Audit')}  ${countText(rows, 'row')} · ${taskKind}${datasetHash === null ? '' : ` · dataset ${datasetHash.slice(0, 12)}`}`,
    facts(screen, [
      [files.length === 1 ? 'file' : 'files', named.join(', ')],
      [
        'labels',
        labels === null || most === undefined || least === undefined
          ? null
          : `${labels.length} · ${least.rows.toLocaleString('en-US')} to ${most.rows.toLocaleString('en-US')} rows each`,
      ],
      ['languages', mix.join(' · ')],
      [
        'tokens',
        `median ${tokens.median}, 95 % up to ${tokens.p95}, longest ${tokens.most} (${tokens.exact ? 'counted' : 'estimated'})`,
      ],
      ['templates', `${percent(profile.templateShare)} of the rows`],
      ['took', durationText(tookMs / 1000)],
    ]),
  ].join('\n');
}

function findingText(screen: Screen, found: AuditFinding): string {
  const { severity, kind, count, share, summary, advice } = found;
  const mark =
    severity === 'error' ? screen.bad(severity) : severity === 'warning' ? severity : screen.dim(severity);
  const lines = [
    `${mark}  ${screen.bold(kind)}  ${countText(count, 'row')} (${percent(share)})`,
    `  ${wrap(`${summary}.`, screen.columns - 2, '  ')}`,
  ];
  for (const item of found.items.slice(0, shownItems)) lines.push(itemText(screen, item));
  const more = count - Math.min(shownItems, found.items.length);
  if (more > 0) lines.push(screen.dim(`    and ${countText(more, 'more row')}`));
  lines.push(`  ${screen.accent('→')} ${wrap(advice, screen.columns - 4, '    ')}`);
  return lines.join('\n');
}

function itemText(screen: Screen, { rows, excerpt, target, evidence }: AuditItem): string {
  const [row] = rows;
  const place = row === undefined ? '' : `${placeText(row, longestPlace)} `;
  const label = target === null || target.length > longestLabel ? '' : `[${target}] `;
  const width = screen.columns - 6;
  return [
    `    ${oneLine(`${place}${excerpt}`, screen.columns - 4)}`,
    `      ${screen.dim(wrap(oneLine(`${label}${evidence}`, longestEvidence), width, '      '))}`,
  ].join('\n');
}

function next(screen: Screen, { findings }: Audit): string {
  if (findings.length === 0) return 'Next: `stepdown data import`, or `stepdown run`.';
  return wrap(
    'Next: `stepdown data review` walks through the rows; `--json` has the number of every row.',
    screen.columns,
  );
}

function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.1 ? '<0.1' : value.toFixed(value < 10 ? 1 : 0)} %`;
}
