import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { answerExamples } from '../answering/index.ts';
import { DataError } from '../core/errors/index.ts';
import { type Example, messageSchema } from '../core/example.ts';
import { hashJson } from '../core/hash.ts';
import type { Answer } from '../core/metric.ts';
import type { Task } from '../core/task.ts';
import { hashFile } from '../files/hash-file.ts';
import { writeJsonLines } from '../files/jsonl.ts';
import type { PredictFileOptions, PredictFileResult, Prediction, PredictOptions } from './app.ts';
import { findSpecialist, openSpecialist } from './served-specialist.ts';
import type { Workspace } from './workspace.ts';

/** One input to the specialist. */
export async function predict(
  workspace: Workspace,
  input: string,
  options: PredictOptions,
): Promise<Prediction> {
  const found = await findSpecialist(workspace, options.specialist);
  const model = await openSpecialist(found);
  try {
    const { task, prompt, name } = found.manifest;
    const example = exampleOf('input', [{ role: 'user', content: input }], 1);
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

/** Every row of a JSON Lines file. An interrupted file goes on with the rows that are left. */
export async function predictFile(
  workspace: Workspace,
  options: PredictFileOptions,
): Promise<PredictFileResult> {
  const began = performance.now();
  const { progress, signal } = workspace.options;
  const found = await findSpecialist(workspace, options.specialist);
  const rows = await readRows(options.inputFile);
  const examples = rows.flatMap(row => ('example' in row ? [row.example] : []));
  const key = hashJson([found.manifest.hash, await hashFile(options.inputFile)]).slice(0, 12);
  const model = await openSpecialist(found);
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
    seconds: (performance.now() - began) / 1000,
  };
}

/** Longest line that is read, in characters: no sensible input is longer, and a hostile file must not fill memory. */
const maxLineLength = 4 * 1024 * 1024;

const rowSchema = z.union([
  z.object({ id: z.string().optional(), input: z.string().min(1) }),
  z.object({ id: z.string().optional(), messages: z.array(messageSchema).min(1) }),
]);

type Row = { readonly id: string } & ({ readonly example: Example } | { readonly problem: string });

async function readRows(file: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const { text, line } of linesOf(file)) {
    const parsed = rowSchema.safeParse(jsonOf(text));
    if (!parsed.success) {
      rows.push({ id: String(line), problem: `line ${line}: needs "input" (text) or "messages" (a list)` });
      continue;
    }
    const { data } = parsed;
    const messages = 'input' in data ? [{ role: 'user' as const, content: data.input }] : data.messages;
    // Two rows may carry one id; the answers are told apart by line.
    rows.push({ id: data.id ?? String(line), example: exampleOf(`line-${line}`, messages, line) });
  }
  if (rows.length === 0) {
    throw new DataError('file-empty', `${file} has no rows`, 'Write one {"input": "..."} a line.');
  }
  return rows;
}

async function* linesOf(file: string): AsyncGenerator<{ text: string; line: number }> {
  let rest = '';
  let line = 0;
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      line++;
      if (text.trim() !== '') yield { text, line };
    }
    if (rest.length > maxLineLength) {
      throw new DataError(
        'line-too-long',
        `${file} line ${line + 1} is longer than ${maxLineLength} characters`,
        'Write one JSON object a line.',
      );
    }
  }
  if (rest.trim() !== '') yield { text: rest, line: line + 1 };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exampleOf(id: string, messages: Example['messages'], line: number): Example {
  return { id, messages, target: '', references: [], group: null, source: { file: 'input', line } };
}

/** Labels by falling probability; null where the answer was not scored. */
function rankLabels(task: Task, { probabilities }: Answer): Prediction['labels'] {
  if (task.kind !== 'classify' || probabilities === null) return null;
  return task.labels
    .map((label, index) => ({ label, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability);
}
