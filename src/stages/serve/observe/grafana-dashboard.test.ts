import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import dashboard from './grafana-dashboard.json' with { type: 'json' };
import { families } from './metrics/families.ts';
import type { Family } from './metrics/series.ts';

/** What Prometheus can be asked for, with its labels. */
const series = new Map<string, readonly string[]>();
for (const { name, type, labels } of Object.values<Family>(families)) {
  if (type !== 'histogram') series.set(name, labels);
  else {
    series.set(`${name}_bucket`, [...labels, 'le']);
    for (const suffix of ['_sum', '_count']) series.set(`${name}${suffix}`, labels);
  }
}
/** Labels that Prometheus itself adds to everything it scrapes. */
const scrapeLabels = ['job', 'instance'];

const queries = [
  ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
  ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
];
const metric = /\b((?:stepdown|process|nodejs)_\w+)/g;

test('every metric that the dashboard asks for exists, and every metric is asked for', () => {
  const asked = new Set(queries.flatMap(query => query.match(metric) ?? []));
  expect(asked.size).toBeGreaterThan(20);
  for (const name of asked) expect([...series.keys()], name).toContain(name);
  const left = Object.values<Family>(families)
    .map(({ name }) => name)
    .filter(name => ![...asked].some(one => one === name || one === `${name}_bucket`));
  // The two that say something only beside others.
  expect(left).toEqual(['process_start_time_seconds', 'stepdown_processes']);
});

test('every label that a panel filters or groups by is one of its metric', () => {
  for (const query of queries) {
    const labels = (query.match(metric) ?? []).flatMap(name => series.get(name) ?? []);
    const used = [
      ...[...query.matchAll(/\{([^}]*)\}/g)].flatMap(([, inner]) => inner!.match(/\w+(?==|!=)/g) ?? []),
      ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, inner]) => inner!.split(/,\s*/)),
    ];
    for (const label of used) expect([...labels, ...scrapeLabels], `${label} in ${query}`).toContain(label);
  }
});

test('it can be imported: one data source variable, which everything uses, and panels that do not overlap', () => {
  expect(dashboard.id).toBeNull();
  expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  const ids = dashboard.panels.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const taken = new Set<string>();
  for (const { gridPos, type, datasource } of dashboard.panels) {
    if (type !== 'row') expect(datasource?.uid).toMatch(/^\$\{datasource\}$/);
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) taken.add(`${x},${y}`);
  }
  const area = dashboard.panels.reduce((sum, { gridPos }) => sum + gridPos.w * gridPos.h, 0);
  expect(taken.size).toBe(area);
});

test('the guide explains every metric', () => {
  const guide = readFileSync(
    new URL('../../../../docs/guide/monitoring-the-gateway.md', import.meta.url),
    'utf8',
  );
  for (const { name } of Object.values<Family>(families)) expect(guide).toContain(`\`${name}\``);
});
