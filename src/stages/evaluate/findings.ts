import type { Comparison, Evaluation, SystemResult } from '../../core/evaluation.ts';

const fewRows = 10;

/** Plain sentences on what the figures do and do not show. */
export function findings(
  systems: readonly SystemResult[],
  comparisons: readonly Comparison[],
  primary: string,
): Evaluation['findings'] {
  const found: Evaluation['findings'] = [];
  const add = (code: string, text: string) => found.push({ code, text });
  const against = (reference: string) =>
    comparisons.find(
      item => item.system === 'specialist' && item.reference === reference && item.metric === primary,
    );
  const floors = systems.filter(system => system.role === 'floor' && system.metrics[primary]);
  const best = floors.sort((a, b) => b.metrics[primary]!.value - a.metrics[primary]!.value)[0];
  const floor = best && against(best.id);
  if (best && floor) {
    const { value, low, high, n } = floor.difference;
    const interval = `${signed(value)} (${signed(low)} to ${signed(high)}, n=${n})`;
    const title = best.title;
    if (shows(floor) === 'better')
      add('beats-floors', `The specialist is better than "${title}" by ${interval} in ${primary}.`);
    else if (value <= 0)
      add(
        'no-language-model-needed',
        `No language model needed so far: "${title}" does as well or better. The specialist differs by ${interval} in ${primary}.`,
      );
    else
      add(
        'not-enough-rows',
        `Not enough test rows to tell the specialist from "${title}": ${interval} in ${primary}.`,
      );
  }
  for (const [id, name] of [
    ['base', 'the untuned base model'],
    ['base-few-shot', 'the untuned base model with solved examples'],
    ['large', 'the large model'],
  ] as const) {
    const item = against(id);
    if (!item) continue;
    const { value, low, high, n } = item.difference;
    const verdict = { better: 'is better than', worse: 'is worse than', neither: 'cannot be told from' }[
      shows(item)
    ];
    add(
      `specialist-and-${id}`,
      `The specialist ${verdict} ${name}: ${signed(value)} (${signed(low)} to ${signed(high)}, n=${n}) in ${primary}.`,
    );
  }
  const rare =
    systems.find(system => system.id === 'specialist')?.perLabel?.filter(row => row.support < fewRows) ?? [];
  if (rare.length > 0)
    add(
      'labels-with-few-rows',
      `${rare.length} labels have fewer than ${fewRows} test rows; their own figures say little: ${rare.map(row => row.label).join(', ')}.`,
    );
  for (const system of systems.filter(item => item.failures > 0))
    add('rows-failed', `"${system.title}" failed on ${system.failures} rows; they count as wrong.`);
  return found;
}

/**
 * What a comparison shows. The score interval is approximate and the test exact, and with few differing rows they
 * can disagree at the edge: only what both show is said.
 */
function shows({ difference, pValue }: Comparison): 'better' | 'worse' | 'neither' {
  if (pValue !== null && pValue > 1 - difference.confidence) return 'neither';
  return difference.low > 0 ? 'better' : difference.high < 0 ? 'worse' : 'neither';
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
