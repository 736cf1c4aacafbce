import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Example } from '../../core/example.ts';
import { learningCurvesSchema } from '../../core/learning-curve.ts';
import { answerWithoutModel } from '../../core/metric.ts';
import type { Task } from '../../core/task.ts';
import { createRandom } from '../../stats/random/random.ts';
import { targetOf } from './describe-curve.ts';
import type { SpecialistSeam, SpecialistTraining } from './measure-specialist.ts';
import { planCurve, sizesUpTo } from './plan.ts';
import { type CurveFile, type CurveParameters, createCurveStage, curveFileName } from './stage.ts';

const task: Task = { kind: 'classify', labels: ['leak', 'noise'] };
const words = {
  leak: ['oil', 'drip', 'hose', 'wet', 'seal'],
  noise: ['bang', 'squeal', 'rattle', 'hum', 'grind'],
};

/** Reports of a few words, most of them of the label's own. */
function reports(count: number, groupSize = 1): Example[] {
  const random = createRandom(4);
  return Array.from({ length: count }, (_, row) => {
    const target = random.below(2) === 0 ? 'leak' : 'noise';
    const word = () => {
      const list = random.uniform() < 0.7 ? words[target] : words[target === 'leak' ? 'noise' : 'leak'];
      return list[random.below(list.length)]!;
    };
    return {
      id: String(row),
      messages: [{ role: 'user', content: `${word()} ${word()} unit ${row}` }],
      target,
      references: [],
      group: groupSize === 1 ? null : String(Math.floor(row / groupSize)),
      source: { file: 'rows.jsonl', line: row + 1 },
    };
  });
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-curve-test-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function run(rows: readonly Example[], specialist: SpecialistSeam | null = null) {
  const stage = createCurveStage({ readRows: async () => rows, specialist });
  const parameters: CurveParameters = {
    task,
    source: { file: null, datasetHash: 'h' },
    withSpecialist: specialist !== null,
    seed: 1,
  };
  const { signal } = new AbortController();
  return stage.run({
    parameters,
    workDir: dir,
    workspaceDir: dir,
    progress: { say() {}, update() {} },
    signal,
  });
}

describe('the plan', () => {
  test('never trains on a row it scores, nor on another row of its group', () => {
    const rows = reports(120, 3);
    const { holdOuts, sizes } = planCurve(
      task,
      rows.length,
      rows.map(({ group }) => group),
      1,
    );
    expect(holdOuts.length).toBeGreaterThan(2);
    expect(sizes.length).toBeGreaterThan(3);
    for (const { heldOut, trainable } of holdOuts) {
      expect(heldOut.length + trainable.length).toBe(rows.length);
      const groups = new Set(heldOut.map(row => rows[row]!.group));
      for (const row of trainable) expect(groups.has(rows[row]!.group)).toBe(false);
    }
    for (const row of rows.keys()) expect(holdOuts.some(({ heldOut }) => heldOut.includes(row))).toBe(true);
  });

  test('has rising sizes that end at all rows and begin with some of every label', () => {
    expect(sizesUpTo(800, 77)).toEqual([154, 232, 351, 529, 800].map(size => expect.closeTo(size, -0.4)));
    expect(sizesUpTo(8000, 2).length).toBeLessThanOrEqual(8);
    expect(sizesUpTo(15, 2)).toEqual([]);
    expect(planCurve(task, 3, null, 1).sizes).toEqual([]);
  });

  test('holds out less often where there are many rows', () => {
    expect(planCurve(task, 20_000, null, 1).holdOuts.length).toBeLessThan(
      planCurve(task, 1000, null, 1).holdOuts.length,
    );
  });
});

describe('the curve', () => {
  test('rises with the rows, is kept with its fits, and is the same at the next run', async () => {
    const { result, outputs } = await run(reports(140));
    const curve = learningCurvesSchema.parse(result).cheap;
    expect(curve.points.map(({ rows }) => rows)).toEqual(
      curve.points.map(({ rows }) => rows).toSorted((a, b) => a - b),
    );
    expect(curve.points.every(({ score }) => score.n === 140)).toBe(true);
    expect(curve.fit!.doubled.value).toBeGreaterThanOrEqual(curve.fit!.now.value);
    expect(curve.fit!.band.at(-1)!.rows).toBeCloseTo(560, 6);
    expect(outputs[0]!.path).toBe(curveFileName);
    expect((await run(reports(140))).result).toEqual(result);

    const { fitted } = JSON.parse(readFileSync(join(dir, curveFileName), 'utf8')) as CurveFile;
    const reached = targetOf(curve, fitted.cheap, curve.fit!.now.value - 0.05);
    expect(reached.outcome).toBe('reached');
    expect(reached.explanation).toContain('140 rows there are');
    expect(targetOf(curve, fitted.cheap, 1).explanation).not.toContain('NaN');
  });

  test('is not drawn through too few rows: it says how many there would have to be', async () => {
    const { result } = await run(reports(40));
    expect(result.cheap.fit).toBeNull();
    expect(result.cheap.notFitted).toContain('40 rows are too few');
    expect(targetOf(result.cheap, null, 0.9)).toMatchObject({ outcome: 'not-enough-evidence', rows: null });
    await expect(run([])).rejects.toThrow(expect.objectContaining({ code: 'no-development-rows' }));
  });
});

describe('the specialist’s curve', () => {
  const rows = reports(100);
  const trainings: SpecialistTraining[] = [];
  let fails = false;
  const specialist: SpecialistSeam = {
    title: 'Scripted',
    async answers(training) {
      if (fails && trainings.length === 2) throw new Error('power cut');
      trainings.push(training);
      return training.heldOut.map((example, at) =>
        answerWithoutModel(example.id, at % training.train.length < 5 ? 'neither' : example.target, 0),
      );
    },
  };
  beforeEach(() => {
    trainings.length = 0;
    fails = false;
  });

  test('is trained on halves, scored on rows that chose nothing, and carries a fit', async () => {
    const { result } = await run(rows, specialist);
    expect(trainings.map(({ train }) => train.length)).toEqual([9, 18, 36, 72]);
    for (const { train, validation, heldOut } of trainings) {
      const seen = new Set([...train, ...validation].map(({ id }) => id));
      expect(heldOut.some(({ id }) => seen.has(id))).toBe(false);
      expect(train.some(({ id }) => validation.some(other => other.id === id))).toBe(false);
    }
    expect(result.specialist!.points).toHaveLength(4);
    expect(result.specialist!.fit).not.toBeNull();
    expect(result.specialist!.isCheapModel).toBe(false);
  });

  test('continues where it was interrupted: what was trained is not trained again', async () => {
    fails = true;
    await expect(run(rows, specialist)).rejects.toThrow('power cut');
    expect(existsSync(join(dir, 'specialist-18', 'held-out-answers.json'))).toBe(true);
    fails = false;
    await run(rows, specialist);
    expect(trainings.map(({ train }) => train.length)).toEqual([9, 18, 36, 72]);
  });
});
