import { answerExamples } from '../../answering/index.ts';
import { ConfigError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import type { Answer } from '../../core/metric.ts';
import type { Task } from '../../core/task.ts';
import { hashFile } from '../../files/hash-file.ts';
import { writeJsonLines } from '../../files/jsonl.ts';
import { isFolder, isSameFile } from '../../files/path-kind.ts';
import type { PredictFileOptions, PredictFileResult, Prediction, PredictOptions } from '../app.ts';
import { refuseForeignFile } from '../foreign-file.ts';
import { findSpecialist, openSpecialist } from '../served-specialist.ts';
import type { Workspace } from '../workspace.ts';
import { inputExample, readInputRows } from './input-rows.ts';

/** One input to the specialist. */
export async function predict(
  workspace: Workspace,
  input: string,
  options: PredictOptions,
): Promise<Prediction> {
  const found = await findSpecialist(workspace, options.specialist);
  const model = await openSpecialist(found, await workspace.runtime());
  try {
    const { task, prompt, name } = found.manifest;
    const example = inputExample('input', [{ role: 'user', content: input }], 1);
    const { signal } = workspace.options;
    const [answer] = await answerExamples({
      model,
      task,
      prompt,
      examples: [example],
      mode: 'specialist',
      signal,
    });
    if (!answer) throw new Error('no answer for the one input');
    const { text, confidence, latencyMs, promptTokens, completionTokens } = answer;
    return {
      text,
      confidence,
      labels: rankLabels(task, answer),
      latencyMs,
      promptTokens,
      completionTokens,
      specialist: name,
    };
  } finally {
    await model.close();
  }
}

/**
 * Every row of a JSON Lines file. An interrupted file goes on with the rows that are left.
 * @throws ConfigError `output-is-input` | `output-is-folder` | `output-in-use`, before anything is asked
 */
export async function predictFile(
  workspace: Workspace,
  options: PredictFileOptions,
): Promise<PredictFileResult> {
  await refuseOutput(options);
  const began = performance.now();
  const { progress, signal } = workspace.options;
  const found = await findSpecialist(workspace, options.specialist);
  const rows = await readInputRows(options.inputFile, signal);
  const examples = rows.flatMap(row => ('example' in row ? [row.example] : []));
  const key = hashJson([found.manifest.hash, await hashFile(options.inputFile)]).slice(0, 12);
  const model = await openSpecialist(found, await workspace.runtime());
  let asked = 0;
  let answers: Answer[];
  try {
    answers = await answerExamples({
      model,
      task: found.manifest.task,
      prompt: found.manifest.prompt,
      examples,
      mode: 'specialist',
      signal,
      answersFile: workspace.inside('work', `predict-${key}`, 'answers.jsonl'),
      onProgress: (done, total) => {
        asked++;
        progress.update(`Answering row ${done} of ${total}`, done / total);
      },
    });
  } finally {
    await model.close();
  }
  const byId = new Map(answers.map(answer => [answer.exampleId, answer]));
  const written = rows.map(row => {
    if ('problem' in row) return { id: row.id, text: null, confidence: null, error: row.problem };
    const answer = byId.get(row.example.id)!;
    return {
      id: row.id,
      text: answer.error ? null : answer.text,
      confidence: answer.confidence,
      error: answer.error,
    };
  });
  await writeJsonLines(options.outputFile, written);
  return {
    outputFile: options.outputFile,
    rows: rows.length,
    resumed: examples.length - asked,
    failures: written.filter(row => row.error !== null).length,
    unusable: rows.length - examples.length,
    seconds: (performance.now() - began) / 1000,
  };
}

async function refuseOutput({ inputFile, outputFile }: PredictFileOptions): Promise<void> {
  const hint = 'Name another file after --output.';
  if (await isSameFile(inputFile, outputFile))
    throw new ConfigError('output-is-input', `The answers would replace the rows of ${inputFile}`, hint);
  if (await isFolder(outputFile))
    throw new ConfigError('output-is-folder', `${outputFile} is a folder`, hint);
  await refuseForeignFile(outputFile, row => 'text' in row && 'confidence' in row && 'error' in row);
}

/** Labels by falling probability; null where the answer was not scored. */
function rankLabels(task: Task, { probabilities }: Answer): Prediction['labels'] {
  if (task.kind !== 'classify' || probabilities === null) return null;
  return task.labels
    .map((label, index) => ({ label, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
}
