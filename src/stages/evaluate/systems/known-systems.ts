import { floorIds } from '../../../floors/fit-floors.ts';
import type { EvaluateParameters } from '../dependencies.ts';

/** What can be told of the systems before any is asked. */
export interface KnownSystems {
  /** Ids of all that will be measured. */
  readonly measured: readonly string[];
  /** Those of them that write freely or look answers up: no label of theirs has a probability. */
  readonly withoutProbabilities: readonly string[];
}

/** The systems that `measureSystems` will measure. */
export function knownSystems({ config, task, served, largeTitle }: EvaluateParameters): KnownSystems {
  const on = (id: (typeof config.systems)[number], needed = true) =>
    needed && config.systems.includes(id) ? [id] : [];
  const withoutProbabilities = [
    ...(config.systems.includes('floors') ? floorIds(task.kind) : []),
    ...on('base'),
    ...on('large', largeTitle !== null),
  ];
  return {
    withoutProbabilities,
    measured: [
      ...withoutProbabilities,
      ...on('base-scored', task.kind === 'classify'),
      ...on('base-few-shot', config.fewShot > 0),
      'specialist',
      ...served.filter(({ id }) => id !== 'adapter' || config.systems.includes(id)).map(({ id }) => id),
    ],
  };
}
