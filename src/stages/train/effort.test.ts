import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveHyperparameters, type TrainingFacts } from './effort.ts';
import { efforts, trainConfigSchema } from './schema.ts';

const facts: TrainingFacts = {
  effort: 'standard',
  taskKind: 'classify',
  rows: 450,
  softRows: 0,
  validationRows: 50,
  baseParameters: 135e6,
  contextTokens: 8192,
};
const derive = (config: object, changed: Partial<TrainingFacts> = {}) =>
  deriveHyperparameters(trainConfigSchema.parse(config), { ...facts, ...changed });

describe('deriving hyperparameters', () => {
  test('every hyperparameter has a one-line reason', () => {
    const { hyperparameters, values } = derive({});
    expect(values.map(({ key }) => key).sort()).toEqual(Object.keys(hyperparameters).sort());
    for (const { reason } of values) expect(reason).toMatch(/^[^\n]{5,}$/);
  });

  test('what stepdown.yaml sets wins and is said to be set', () => {
    const { hyperparameters, values } = derive({ learningRate: 3e-4, patience: null, rank: 4 });
    expect(hyperparameters).toMatchObject({ learningRate: 3e-4, patience: null, rank: 4, alpha: 8 });
    const set = values.filter(value => value.set).map(({ key }) => key);
    expect(set).toEqual(expect.arrayContaining(['learningRate', 'patience', 'rank']));
    expect(set).not.toContain('epochs');
  });

  test('values are valid and effort never lowers the number of epochs, for any size of data and model', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.option(fc.integer({ min: 1e6, max: 7e10 })),
        (rows, size) => {
          const epochs = efforts.map(
            effort => derive({}, { effort, rows, baseParameters: size }).hyperparameters.epochs,
          );
          expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
        },
      ),
    );
  });

  test('with words left out the rows are passed more often', () => {
    expect(derive({}).hyperparameters.epochs).toBe(6);
    expect(derive({ inputDropout: 0 }).hyperparameters.epochs).toBe(4);
  });

  test('larger models and full fine-tuning get smaller learning rates', () => {
    const rate = (size: number, method = 'lora') =>
      derive({ method }, { baseParameters: size }).hyperparameters.learningRate;
    expect(rate(135e6)).toBeGreaterThan(rate(600e6));
    expect(rate(600e6)).toBeGreaterThan(rate(8e9));
    expect(rate(135e6, 'full')).toBeLessThan(rate(135e6));
  });

  test('without validation rows nothing stops early', () => {
    expect(derive({}, { validationRows: 0 }).hyperparameters.patience).toBeNull();
  });

  test('rows are never longer than the context of the model', () => {
    expect(derive({}, { contextTokens: 128 }).hyperparameters.maxLengthTokens).toBe(128);
  });

  const inputDropout = (config: object, changed: Partial<TrainingFacts> = {}) =>
    derive(config, changed).hyperparameters.inputDropout;

  test('input words are left out where few rows are classified and all layers are trained', () => {
    expect(inputDropout({})).toBe(0.15);
    expect(inputDropout({}, { effort: 'thorough' })).toBe(0.15);
    expect(inputDropout({}, { rows: 1_999 })).toBe(0.15);
    expect(inputDropout({}, { rows: 2_000 })).toBe(0);
    expect(inputDropout({}, { taskKind: 'extract' })).toBe(0);
    expect(inputDropout({}, { taskKind: 'generate' })).toBe(0);
    expect(inputDropout({}, { effort: 'quick' })).toBe(0);
    expect(inputDropout({ layerShare: 1 }, { effort: 'quick' })).toBe(0.15);
    expect(inputDropout({ layerShare: 0.5 })).toBe(0);
  });

  test('a share of input words that is set wins over what is derived, also 0', () => {
    expect(inputDropout({ inputDropout: 0.3 }, { taskKind: 'extract', effort: 'quick' })).toBe(0.3);
    expect(inputDropout({ inputDropout: 0 })).toBe(0);
    expect(() => trainConfigSchema.parse({ inputDropout: 1 })).toThrow(/inputDropout/);
  });

  test('label probabilities count where rows have them, by half, unless stepdown.yaml says otherwise', () => {
    const share = (config: object, softRows: number) =>
      derive(config, { softRows }).hyperparameters.softTargets;
    expect(share({}, 0)).toBe(0);
    expect(share({}, 30)).toBe(0.5);
    expect(share({ softTargets: 1 }, 30)).toBe(1);
    expect(share({ softTargets: 0 }, 30)).toBe(0);
    const { values } = derive({}, { softRows: 30 });
    expect(values.find(({ key }) => key === 'softTargets')!.reason).toContain('30 rows');
  });

  test('an unknown key in the section is refused', () => {
    expect(() => trainConfigSchema.parse({ learningrate: 1 })).toThrow(/learningrate/);
  });
});
