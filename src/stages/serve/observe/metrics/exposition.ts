import type { Family, FamilySnapshot, Sample } from './series.ts';

/** Media type of the text below. */
export const expositionContentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Series in Prometheus' text format.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function exposition(families: readonly FamilySnapshot[]): string {
  let text = '';
  for (const { family, samples } of families) {
    text += `# HELP ${family.name} ${family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
    text += `# TYPE ${family.name} ${family.type}\n`;
    for (const sample of samples) text += series(family, sample);
  }
  return text;
}

function series(family: Family, sample: Sample): string {
  const pairs = family.labels.map((name, k) => `${name}="${escaped(sample.labels[k] ?? '')}"`);
  if ('value' in sample) return `${family.name}${braces(pairs)} ${number(sample.value)}\n`;
  let text = '';
  let below = 0;
  for (const [k, count] of sample.counts.entries()) {
    below += count;
    const end = family.buckets[k];
    const le = `le="${end === undefined ? '+Inf' : number(end)}"`;
    text += `${family.name}_bucket${braces([...pairs, le])} ${below}\n`;
  }
  text += `${family.name}_sum${braces(pairs)} ${number(sample.sum)}\n`;
  return `${text}${family.name}_count${braces(pairs)} ${below}\n`;
}

const braces = (pairs: readonly string[]) => (pairs.length === 0 ? '' : `{${pairs.join(',')}}`);

const escaped = (value: string) =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function number(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}
