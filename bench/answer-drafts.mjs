// How many decode calls the answers of a task take when the engine drafts them from earlier ones: the outputs of a
// data set, as the answers of a model that is always right, one after another. Counted, not timed; run after
// `npm run build`:
//   node bench/answer-drafts.mjs MODEL.gguf ROWS.jsonl...
// `tokens` an answer, its end included, is what one token a call takes; `rejected` are drafted tokens that were wrong.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [gguf, ...files] = process.argv.slice(2);
const from = path => import(pathToFileURL(resolve(import.meta.dirname, '..', 'dist', path)).href);
const { acquireWeights } = await from('engines/llama-cpp/native/weights.js');
const { AnswerDrafts } = await from('engines/llama-cpp/scheduling/answer-drafts.js');
const { weights, release } = await acquireWeights(resolve(gguf), 0);

/** @returns decode calls of one answer, and drafted tokens that were wrong; the prompt's call gives the first token */
function answer(tokens, drafts) {
  let [calls, rejected] = [1, 0];
  for (let written = 1; written <= tokens.length; calls += 1) {
    const draft = drafts.draft(tokens.slice(0, written), 512);
    const right = draft.findIndex((token, index) => token !== tokens[written + index]);
    const accepted = right === -1 ? draft.length : right;
    rejected += draft.length - accepted;
    written += accepted + 1;
  }
  drafts.learn(tokens);
  return { calls, rejected };
}

for (const file of files) {
  const drafts = new AnswerDrafts();
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const totals = { tokens: 0, calls: 0, rejected: 0 };
  for (const { output } of rows) {
    const tokens = weights.tokenize(typeof output === 'string' ? output : JSON.stringify(output));
    const { calls, rejected } = answer(tokens, drafts);
    totals.tokens += tokens.length + 1;
    totals.calls += calls;
    totals.rejected += rejected;
  }
  const each = Object.entries(totals).map(([name, sum]) => `${name} ${(sum / rows.length).toFixed(2)}`);
  console.log(`${join(file)}: ${rows.length} answers; each ${each.join(', ')}`);
}
release();
