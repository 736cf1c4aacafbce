// What calibration makes of recorded answers: once on halves, and many times on draws of all of them.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @param {string} dist folder of the built program
 * @param {{ alpha: number, delta: number, largeError: number, validationRows: number, seed: number, resamples: number }} options
 */
export async function createMeasure(dist, { alpha, delta, largeError, validationRows, seed, resamples }) {
  const from = path => import(pathToFileURL(join(process.cwd(), dist, path)).href);
  const { chooseRegion } = await from('stages/cascade/fit/fit-calibration.js');
  const { decidingScore, thresholdOf } = await from('stages/cascade/fit/tested-rows.js');
  const { signalsOf } = await from('stages/cascade/signals/signals.js');
  const { wilsonInterval } = await from('stats/proportions/wilson-interval.js');
  const { createRandom } = await from('stats/random/random.js');
  const { shuffle } = await from('stats/random/shuffle.js');
  const { quantile } = await from('stats/quantile.js');
  const { auroc } = await from('stats/selective/auroc.js');
  const { aurc } = await from('stats/selective/risk-coverage.js');

  const rule = { kind: 'error-bound', alpha, delta };
  const choose = (rows, validation, fitSeed) =>
    chooseRegion(rows, {
      taskKind: 'classify',
      validation,
      rule,
      scope: null,
      auditShare: 0,
      seed: fitSeed,
    });
  const share = (k, n) => (n === 0 ? null : wilsonInterval(k, n));
  const rightOf = (rows, key) => share(rows.map(row => row[key]).filter(Boolean).length, rows.length);

  /** What a fitted region does on rows: how many are local, wrong among them, and right of the whole cascade. */
  const outcomeOn = ({ score, outcome }, rows) => {
    const threshold = thresholdOf(outcome.local);
    const isLocal = rows.map(row => decidingScore(row, score, null) > threshold);
    const local = rows.filter((_, at) => isLocal[at]);
    return {
      local: local.length,
      errors: local.filter(row => !row.correct).length,
      right: rows.filter((row, at) => (isLocal[at] ? row.correct : row.largeCorrect)).length,
    };
  };

  /** Rows with an answer that was scored; the large model is played. */
  function population({ rows, answers }) {
    const random = createRandom(seed);
    const byId = new Map(answers.map(answer => [answer.exampleId ?? answer.id, answer]));
    const scored = rows.flatMap(({ id, target }) => {
      const answer = byId.get(id);
      if (!answer?.probabilities) return [];
      const evidence = { probabilities: answer.probabilities, tokens: null };
      const correct = answer.text.trim() === target.trim();
      const signals = signalsOf('classify', evidence, null);
      const largeCorrect = random.uniform() >= largeError;
      return [
        { id, group: null, signals, valid: true, failed: false, correct, largeCorrect, largeCostUsd: null },
      ];
    });
    if (scored.length < 2) throw new Error('no row has an answer with probabilities');
    return scored;
  }

  /** Calibrated on one half, of which some rows stand for the validation split, measured on the other. */
  function onHalves(rows) {
    const order = shuffle([...rows], createRandom(seed + 1));
    const middle = Math.floor(order.length / 2);
    const guides = Math.min(validationRows, Math.floor(middle / 4));
    const fitted = choose(order.slice(guides, middle), order.slice(0, guides), seed);
    const heldOut = order.slice(middle);
    const { local, errors, right } = outcomeOn(fitted, heldOut);
    return {
      validationRows: guides,
      calibrationRows: middle - guides,
      testRows: heldOut.length,
      promised: fitted.outcome.goal.met,
      statement: fitted.outcome.goal.statement,
      coverage: share(local, heldOut.length),
      localError: share(errors, local),
      cascadeRight: share(right, heldOut.length),
      largeRight: rightOf(heldOut, 'largeCorrect'),
    };
  }

  /**
   * The recorded rows are the whole population, drawn from with replacement: so the true share wrong of every
   * threshold is known, and whether a bound holds is counted, not estimated.
   */
  function onDraws(rows, calibrationRows) {
    const random = createRandom(seed + 2);
    const draw = count => Array.from({ length: count }, () => rows[random.below(rows.length)]);
    const coverages = [];
    let [promised, broken] = [0, 0];
    for (let resample = 0; resample < resamples; resample++) {
      const fitted = choose(draw(calibrationRows), draw(validationRows), seed + resample);
      const { local, errors } = outcomeOn(fitted, rows);
      if (fitted.outcome.local.kind !== 'none') promised++;
      if (local > 0 && errors / local > alpha) broken++;
      coverages.push(local / rows.length);
    }
    return {
      calibrationRows,
      resamples,
      boundHolds: share(resamples - broken, resamples),
      atLeast: 1 - delta,
      promised: share(promised, resamples),
      coverage: {
        mean: coverages.reduce((sum, value) => sum + value, 0) / resamples,
        low: quantile(coverages, 0.025),
        high: quantile(coverages, 0.975),
        method: 'percentiles of the resamples',
        confidence: 0.95,
      },
    };
  }

  return (recorded, sizes) => {
    const rows = population(recorded);
    const scores = rows.map(row => row.signals.probability);
    const correct = rows.map(row => row.correct);
    return {
      rows: rows.length,
      specialistRight: rightOf(rows, 'correct'),
      auroc: auroc(scores, correct),
      aurc: aurc(scores, correct),
      heldOut: onHalves(rows),
      draws: [...new Set(sizes)].map(size => onDraws(rows, size)),
    };
  };
}
