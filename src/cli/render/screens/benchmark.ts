import type { BenchmarkResult } from '../../../app/app.ts';
import { countText, differenceText } from '../numbers.ts';
import type { Screen } from '../screen.ts';
import { wrap } from '../text.ts';
import { pText } from './runs.ts';
import { systemsTable } from './systems.ts';

/** Untrained models side by side. */
export function benchmarkScreen(screen: Screen, result: BenchmarkResult): string {
  const lines = [
    `${screen.bold('Benchmark')}  ${countText(result.rows, 'row')} of ${result.split}, ${countText(result.shots, 'shot')}, nothing trained`,
    '',
    systemsTable(screen, result.systems, result.primaryMetric),
  ];
  for (const comparison of result.comparisons) {
    const pValue = comparison.pValue === null ? '' : `, p = ${pText(comparison.pValue)}`;
    lines.push(
      '',
      wrap(
        `${comparison.system} minus ${comparison.reference}: ${differenceText(comparison.difference)}${pValue}`,
        screen.columns,
        '  ',
      ),
    );
  }
  return lines.join('\n');
}
