// Rows and what a specialist answered to them, from a workspace or from files.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * @param {string} source a workspace that ran `stepdown evaluate`, or `rows.jsonl,answers.jsonl`
 * @returns rows with "id" and "target", and answers with "exampleId", "text" and "probabilities"
 */
export function readRecorded(source) {
  const [rows, answers] = source.includes(',') ? source.split(',') : filesOf(source);
  return { rows: linesOf(rows), answers: linesOf(answers) };
}

/** Test rows and answers of the newest evaluation of a workspace. */
function filesOf(workspace) {
  const work = join(workspace, '.stepdown', 'work');
  const foldersOf = stage => readdirSync(work).filter(name => name.startsWith(`${stage}-`));
  const [newest] = foldersOf('evaluate')
    .map(name => join(work, name, 'evaluation.json'))
    .filter(file => statSync(file, { throwIfNoEntry: false }))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined)
    throw new Error(`${workspace} has no evaluation: run \`stepdown evaluate\` in it`);
  const { datasetHash, systems } = JSON.parse(readFileSync(newest, 'utf8'));
  const { answersFile } = systems.find(({ id }) => id === 'specialist');
  const rows = foldersOf('data')
    .map(name => join(work, name, datasetHash.slice(0, 16), 'test', 'test.jsonl'))
    .find(file => statSync(file, { throwIfNoEntry: false }));
  if (rows === undefined) throw new Error(`${workspace} no longer has the dataset that ${newest} measured`);
  return [rows, join(dirname(newest), answersFile)];
}

const linesOf = file =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
