import { assumption, type QuantitySpec } from './spec.ts';

const share = { unit: 'share 0..1', scale: 'linear', plausible: [0, 1] } as const;

/** Questions on the task and its rows. */
export const taskQuantities = {
  'task.outOfScopeShare': {
    ...share,
    label: 'share of inputs outside the task',
    default: { low: 0, high: 0.1 },
    why: 'A small model has no good answer to them; they must go elsewhere.',
    source: assumption,
  },
  'task.documents': {
    label: 'documents that answers depend on',
    unit: 'documents',
    scale: 'linear',
    plausible: [0, 1e9],
    default: { low: 0, value: 0, high: 200 },
    why: 'Facts that stand in documents are looked up, not trained in.',
    source: assumption,
  },
  'data.labelledRows': {
    label: 'labelled rows',
    unit: 'rows',
    scale: 'linear',
    plausible: [0, 1e10],
    default: { low: 0, value: 300, high: 2000 },
    why: 'A specialist is as good as the rows it learns from.',
    source: assumption,
  },
  'data.labelAgreement': {
    ...share,
    plausible: [0.01, 1],
    label: 'share of labels two people agree on',
    default: { low: 0.75, high: 0.95 },
    why: 'Noisy labels teach noise: few good rows beat many bad ones.',
    source: assumption,
  },
} as const satisfies Record<string, QuantitySpec>;
