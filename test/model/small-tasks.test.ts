import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PipelineResult } from '../../src/app/app.ts';

const root = join(import.meta.dirname, '..', '..');
const example = join(root, 'examples', 'work-order-entities');

/** Work orders in full sentences; every verb and every item is seen in training, the test pairs are not. */
function sentences(): { train: object[]; test: object[] } {
  const verbs = ['replace', 'check', 'clean', 'repair', 'inspect', 'adjust'];
  const items = [
    'air filter',
    'oil pump',
    'fuel hose',
    'drive belt',
    'water tank',
    'brake pad',
    'fan motor',
    'door seal',
  ];
  const rows = verbs.flatMap((verb, at) =>
    items.map((item, place) => ({
      row: {
        input: `${item} ${verb}`,
        output: `${verb[0]!.toUpperCase()}${verb.slice(1)} the ${item}.`,
      },
      isTest: (at + place) % 6 === 0,
    })),
  );
  const split = (isTest: boolean) => rows.filter(one => one.isTest === isTest).map(one => one.row);
  return { train: split(false), test: split(true) };
}

const lines = (rows: readonly object[]) => `${rows.map(row => JSON.stringify(row)).join('\n')}\n`;

/** The first rows of the example's train and test files. */
async function workOrders(): Promise<{ train: object[]; test: object[] }> {
  const first = async (name: string, count: number) =>
    (await readFile(join(example, 'data', `${name}.jsonl`), 'utf8'))
      .split('\n')
      .slice(0, count)
      .map(line => JSON.parse(line) as object);
  return { train: await first('train', 40), test: await first('test', 8) };
}

const tasks = [
  {
    kind: 'generate',
    section: '{ kind: generate, maxAnswerTokens: 12 }',
    rows: async () => sentences(),
    metric: 'chrf',
    question: 'oil pump clean',
    answered: (text: string) => expect(text).toMatch(/oil pump/i),
  },
  {
    kind: 'extract',
    section: '{ kind: extract, schema: schema.json, maxAnswerTokens: 48 }',
    rows: workOrders,
    metric: 'field-f1',
    question: 'replace oil pump',
    answered: (text: string) =>
      expect(Object.values(JSON.parse(text)).flat().join(' ')).toContain('oil pump'),
  },
];

// Eight rows after a minute of training: answers may differ between trainer and file where two words are nearly as
// likely, so the bound is wide; prompts may not.
describe.each(tasks)(
  'a task of kind $kind on real weights',
  ({ section, rows, metric, question, answered }) => {
    let workspace: string;
    const stepdown = (...args: string[]) =>
      promisify(execFile)(process.execPath, [
        join(root, 'dist', 'cli', 'main.js'),
        ...args,
        '--workspace',
        workspace,
      ]);

    beforeAll(async () => {
      workspace = await mkdtemp(join(tmpdir(), 'stepdown-task-'));
      await mkdir(join(workspace, 'data'));
      await cp(join(example, 'schema.json'), join(workspace, 'schema.json'));
      for (const [name, content] of Object.entries(await rows()))
        await writeFile(join(workspace, 'data', `${name}.jsonl`), lines(content));
      await writeFile(
        join(workspace, 'stepdown.yaml'),
        `name: small-task
task: ${section}
data:
  sources: [{ file: data/train.jsonl }, { file: data/test.jsonl, split: test }]
  split: { validation: 0.1 }
  licence: Apache-2.0
effort: quick
train: { epochs: 6 }
quantize: { types: [Q8_0] }
evaluate: { systems: [base], forgetting: { enabled: false }, parity: { bound: 0.4 } }
`,
      );
    });
    afterAll(() => rm(workspace, { recursive: true, force: true }));

    test('goes from rows to a report, and what is served answers as what was trained', async () => {
      const { evaluation, report } = JSON.parse((await stepdown('run', '--json')).stdout) as PipelineResult;
      expect(evaluation?.parity).toMatchObject({ pass: true, tokenMismatches: 0, rows: 8 });
      const value = (id: string) =>
        evaluation?.systems.find(system => system.id === id)?.metrics[metric]?.value;
      expect(evaluation?.quantizations.map(quantization => quantization.id)).toEqual(
        expect.arrayContaining(['F16', 'Q8_0']),
      );
      // The untuned model does not know the form that is asked for.
      expect(value('specialist')).toBeGreaterThan(value('base')! + 0.1);
      expect(await readFile(join(workspace, report!), 'utf8')).toContain('small-task');
    });

    test('answers an input of its own', async () => {
      const { text } = JSON.parse((await stepdown('predict', question, '--json')).stdout) as { text: string };
      answered(text);
    });
  },
);
