import { join, relative } from 'node:path';
import type { Evaluation } from '../../core/evaluation.ts';
import { quantizationTypes } from '../../core/quantizer.ts';
import type { Problem, Stage, StageContext, StageOutcome } from '../../core/stage.ts';
import { writeFileAtomic } from '../../files/atomic-file.ts';
import { hashPath } from '../../files/hash-file.ts';
import { metricsFor } from '../../metrics/index.ts';
import type { EvaluateDependencies, EvaluateParameters } from './dependencies.ts';
import { findings } from './findings.ts';
import { answerProbe, measureForgetting, readProbe } from './forgetting/forgetting.ts';
import { gateProblem } from './gates/gate-problem.ts';
import { applyGate } from './gates/gates.ts';
import { assertParity } from './parity.ts';
import { quantizationTable } from './quantization-table.ts';
import type { EvaluateResult } from './schema.ts';
import { compareSystems } from './systems/compare-systems.ts';
import { measureSystems } from './systems/measure-systems.ts';
import { systemResult } from './systems/measured.ts';

/** Measures everything on the test split; gates are in the result, only a parity failure is thrown. */
export function createEvaluateStage(
  dependencies: EvaluateDependencies,
): Stage<EvaluateParameters, EvaluateResult> {
  return { name: 'evaluate', version: 5, check, run: context => evaluate(context, dependencies) };
}

async function check({ parameters }: StageContext<EvaluateParameters>): Promise<Problem[]> {
  return parameters.config.gates.flatMap(rule => gateProblem(rule, parameters) ?? []);
}

async function evaluate(
  context: StageContext<EvaluateParameters>,
  dependencies: EvaluateDependencies,
): Promise<StageOutcome<EvaluateResult>> {
  const { config, task, picked } = context.parameters;
  const options = { confidence: config.confidence, resamples: config.resamples, seed: config.seed };
  const metrics = metricsFor(task);
  const test = await dependencies.openTest();
  const { systems, quantizations, parity, parityNotChecked } = await measureSystems(
    context,
    dependencies,
    test,
  );
  if (parityNotChecked !== null) context.progress.say(`Parity not checked: ${parityNotChecked}`);
  if (parity) {
    await writeFileAtomic(join(context.workDir, 'parity.json'), `${JSON.stringify(parity, null, 2)}\n`);
    assertParity(parity);
  }
  const specialist = systems.find(system => system.id === 'specialist')!;
  const comparisons = systems
    .filter(system => system !== specialist && system.role !== 'quantization')
    .flatMap(reference =>
      metrics.flatMap(metric => compareSystems(metric, specialist, reference, options) ?? []),
    );
  const results = systems.map(system => systemResult(task, system, options));
  const reference = quantizations.find(({ type }) => type === 'F16');
  const evaluation: Evaluation = {
    schemaVersion: 1,
    taskKind: task.kind,
    datasetHash: context.parameters.datasetHash,
    testRows: test.length,
    testGroups: new Set(test.map(example => example.group ?? `row:${example.id}`)).size,
    primaryMetric: metrics[0].name,
    metricDescriptions: Object.fromEntries(metrics.map(({ name, description }) => [name, description])),
    systems: results,
    comparisons,
    gates: config.gates.map(rule => applyGate(rule, task, systems, options)),
    parity,
    parityNotChecked,
    quantizations: reference ? quantizationTable(task, reference, quantizations, picked, options) : [],
    picked: quantizationTypes.includes(picked) ? picked : null,
    forgetting: config.forgetting.enabled ? await forgetting(context, dependencies) : null,
    findings: findings([...results], comparisons, metrics[0].name),
    seeds: { evaluate: config.seed },
  };
  const path = join(context.workDir, 'evaluation.json');
  await writeFileAtomic(path, `${JSON.stringify(evaluation, null, 2)}\n`);
  const file = relative(context.workspaceDir, path);
  return {
    result: { evaluation, file },
    outputs: [{ kind: 'evaluation', path: file, ...(await hashPath(path)) }],
  };
}

async function forgetting(context: StageContext<EvaluateParameters>, dependencies: EvaluateDependencies) {
  const { config } = context.parameters;
  const probe = await readProbe(config.forgetting.rows);
  const scores: number[][] = [];
  for (const id of ['base', 'specialist'] as const) {
    const total = probe.questions.length;
    const show = (done: number) =>
      context.progress.update(`General questions to ${id}: ${done} of ${total}`, done / total);
    show(0);
    const model = await dependencies.openSystem(id);
    try {
      if (!model.info.supports.score) return null;
      scores.push(await answerProbe(model, probe, context.signal, show));
    } finally {
      await model.close();
    }
  }
  return measureForgetting(probe, scores[0]!, scores[1]!, config);
}
