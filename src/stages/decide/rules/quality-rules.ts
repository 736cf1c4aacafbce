import type { Estimate } from '../../../core/estimate.ts';
import { qualityMargin } from './facts.ts';
import type { RuleNumbers, WeighingRule } from './rule.ts';

const small = ['own-specialist', 'cascade'] as const;
const large = ['keep-large-model', 'large-model-with-retrieval'] as const;
const measuredHere = 'evaluation of the workspace, on the test split';

const estimated = ({ value, low, high, n }: Estimate): RuleNumbers => ({
  value: value.toFixed(3),
  low: low.toFixed(3),
  high: high.toFixed(3),
  n,
});

/** What an evaluation on the test split says. */
export const qualityRules: readonly WeighingRule[] = [
  {
    id: 'measured-as-good',
    when: ({ quality }) => quality === 'as-good',
    supports: ['own-specialist'],
    opposes: large,
    weight: 3,
    sentence:
      'Measured: the specialist is not worse than the large model by more than {margin} (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({ ...estimated(evidence.evaluation!.againstLarge!), margin: qualityMargin }),
    source: measuredHere,
  },
  {
    id: 'measured-worse',
    when: ({ quality }) => quality === 'worse',
    supports: ['keep-large-model', 'cascade'],
    opposes: ['own-specialist'],
    weight: 3,
    sentence:
      'Measured: alone, the specialist is worse than the large model by more than {margin} (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({ ...estimated(evidence.evaluation!.againstLarge!), margin: qualityMargin }),
    source: measuredHere,
  },
  {
    id: 'measured-undecided',
    when: ({ quality }) => quality === 'undecided',
    supports: ['cascade'],
    opposes: ['own-specialist'],
    weight: 3,
    sentence:
      'Measured, but on too few rows: the specialist differs from the large model by {value} ({low} to {high}, n = {n}).',
    numbers: ({ evidence }) => estimated(evidence.evaluation!.againstLarge!),
    source: measuredHere,
  },
  {
    id: 'no-language-model-needed',
    when: ({ evidence }) => evidence.evaluation?.noLanguageModelNeeded === true,
    supports: [],
    opposes: [...small, ...large],
    weight: 3,
    sentence:
      'No language model needed so far: "{title}" does as well as the specialist (difference {value}, {low} to {high}, n = {n}) and costs next to nothing.',
    numbers: ({ evidence }) => ({
      title: evidence.evaluation!.floor!.title,
      ...estimated(evidence.evaluation!.againstFloor!),
    }),
    source: measuredHere,
  },
  {
    id: 'floor-not-told-apart',
    when: ({ evidence }) => {
      const evaluation = evidence.evaluation;
      return (
        evaluation !== null &&
        !evaluation.noLanguageModelNeeded &&
        evaluation.againstFloor !== null &&
        evaluation.againstFloor.low <= 0.005
      );
    },
    supports: [],
    opposes: small,
    weight: 2,
    sentence:
      'Measured: the test rows hardly tell the specialist from "{title}" (difference {value}, {low} to {high}, n = {n}).',
    numbers: ({ evidence }) => ({
      title: evidence.evaluation!.floor!.title,
      ...estimated(evidence.evaluation!.againstFloor!),
    }),
    source: measuredHere,
  },
];
