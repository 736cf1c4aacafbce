import type { SystemResult } from '../../../core/evaluation.ts';
import { bytesText, decimal, dollarsText, intervalTitle } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { type Column, table } from '../table.ts';
import { oneLine } from '../text.ts';

/** Systems below each other by the primary metric: value, interval and rows together, then what it costs. */
export function systemsTable(screen: Screen, systems: readonly SystemResult[], metric: string): string {
  const estimate = (system: SystemResult) => {
    const found = system.metrics[metric];
    return found === undefined || found.n === 0 ? null : found;
  };
  const known = (has: (system: SystemResult) => unknown) => systems.some(system => has(system) !== null);
  const columns: Column<SystemResult>[] = [
    { title: 'SYSTEM', cell: system => oneLine(system.title, 60), wrapTo: 18, wrapsFirst: true },
    {
      title: metric.toUpperCase(),
      cell: system => {
        const found = estimate(system);
        return found === null ? '-' : decimal(found.value);
      },
      align: 'right',
    },
    {
      title: intervalTitle(systems.flatMap(system => estimate(system) ?? [])[0]),
      cell: system => {
        const found = estimate(system);
        return found === null ? '-' : `[${decimal(found.low)}, ${decimal(found.high)}]`;
      },
    },
    { title: 'ROWS', cell: system => String(estimate(system)?.n ?? 0), align: 'right' },
    {
      title: 'P50',
      cell: system => (system.latencyMs === null ? '-' : `${Math.round(system.latencyMs.p50)} ms`),
      align: 'right',
    },
    {
      title: '$/1000',
      cell: system => (system.costUsdPer1000 === null ? '-' : dollarsText(system.costUsdPer1000)),
      align: 'right',
      optional: true,
    },
    {
      title: 'SIZE',
      cell: system => (system.sizeBytes === null ? '-' : bytesText(system.sizeBytes)),
      align: 'right',
      optional: true,
    },
  ];
  // A price is known only where a price table is given: a column of dashes would say nothing.
  const shown = columns.filter(({ title }) => title !== '$/1000' || known(system => system.costUsdPer1000));
  return table(screen, shown, systems);
}
