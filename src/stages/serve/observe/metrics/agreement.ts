import { wilsonInterval } from '../../../../stats/proportions/wilson-interval.ts';
import { families } from './families.ts';
import type { FamilySnapshot, Sample } from './series.ts';

/**
 * Adds how far specialist and large model agree, of all processes together, to the aliases for which no canary tells:
 * its own interval holds at every moment, this one (Wilson's) at a single look.
 */
export function withAgreement(snapshots: readonly FamilySnapshot[]): readonly FamilySnapshot[] {
  const told = samplesOf(snapshots, families.agreement.name);
  const known = new Set(told.map(({ labels: [alias] }) => alias));
  const counts = new Map<string, { agree: number; all: number }>();
  for (const sample of samplesOf(snapshots, families.compared.name)) {
    const [alias = '', agree] = sample.labels;
    if (known.has(alias) || !('value' in sample)) continue;
    const { agree: before, all } = counts.get(alias) ?? { agree: 0, all: 0 };
    counts.set(alias, { agree: before + (agree === 'yes' ? sample.value : 0), all: all + sample.value });
  }
  const added = [...counts].flatMap(([alias, { agree, all }]): Sample[] => {
    if (all === 0) return [];
    const estimate = wilsonInterval(agree, all);
    return (['value', 'low', 'high'] as const).map(bound => ({
      labels: [alias, bound],
      value: estimate[bound],
    }));
  });
  if (added.length === 0) return snapshots;
  const others = snapshots.filter(({ family }) => family.name !== families.agreement.name);
  return [...others, { family: families.agreement, samples: [...told, ...added] }];
}

function samplesOf(snapshots: readonly FamilySnapshot[], name: string): readonly Sample[] {
  return snapshots.find(({ family }) => family.name === name)?.samples ?? [];
}
