import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadAnswers } from '../../src/config/answers/load-answers.ts';
import { loadPrices } from '../../src/config/answers/load-prices.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig } from '../../src/config/load.ts';
import { starterConfig } from '../../src/config/starter.ts';
import { alternatives, type JsonSchemaNode, schemaAt } from '../../src/config/yaml/schema-tree.ts';
import { blocks, prose, root, sources } from './documents.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stepdown-documents-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** The least that stepdown.yaml must say, for blocks that show a part of it. */
const least = {
  name: 'triage',
  task: { kind: 'classify' },
  data: { sources: [{ file: 'rows.jsonl' }] },
};

type Yaml = Record<string, Record<string, unknown>>;

/** Loads a block as what it is a part of. */
async function load(text: string): Promise<unknown> {
  const path = join(dir, 'stepdown.yaml');
  const value = parse(text) as Yaml;
  const write = (content: unknown) => writeFile(path, stringify(content));
  if (Array.isArray(value)) {
    await writeFile(path, text);
    return loadPrices(path);
  }
  if ('incumbent' in value) {
    await writeFile(path, text);
    return loadAnswers(path);
  }
  // Keys of an alias alone.
  if ('input' in value)
    await write({ ...least, serve: { aliases: { triage: { kind: 'specialist', ...value } } } });
  else await write({ ...least, ...value, data: { ...least.data, ...value.data } });
  return loadConfig({ workspaceDir: dir });
}

/** Whether stepdown.yaml, or a file of answers, has a key: `serve.aliases.<name>.mode`, `data.sources[].id`. */
function isKey(dotted: string): boolean {
  const path = dotted.split('.').flatMap(step => (step.endsWith('[]') ? [step.slice(0, -2), 0] : [step]));
  return [path, ['decide', ...path]].some(steps => schemaAt(configJsonSchema(), steps).length > 0);
}

/** What has keys below it. */
const sections = Object.keys(configJsonSchema().properties!).filter(
  name => !['name', 'model', 'effort'].includes(name),
);

/** Dotted keys in a text, the names of files excepted. */
function keysIn(text: string): string[] {
  const flat = text.replaceAll(/\.?\$\{[^{}]*\}/g, ' ');
  const dotted = new RegExp(
    String.raw`(?<![\w./-])(?:${sections.join('|')})(?:\.\w+(?:\[\])?)+(?![\w(]|/|\.\w)`,
    'g',
  );
  return (flat.match(dotted) ?? []).filter(key => !/\.(jsonl?|csv|yaml|ts|py|md|html)$/.test(key));
}

/** Those that are ours: Prometheus has its own. */
const yamlBlocks = blocks.filter(
  ({ language, text }) => language === 'yaml' && !/^(scrape_configs|groups):/m.test(text),
);

test('every YAML block of the documents is one that stepdown loads', async () => {
  expect(yamlBlocks.length).toBeGreaterThan(10);
  for (const { place, text } of yamlBlocks) await expect(load(text), place).resolves.toBeDefined();
});

test('whatever loads fits the schema that editors check by: examples, what `init` writes, the answers of the guide', async () => {
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(configJsonSchema());
  const files = ['fault-triage', 'work-order-entities'].map(name => `examples/${name}`);
  const written = [
    ...files.map(folder => parse(readFileSync(join(root, folder, 'stepdown.yaml'), 'utf8'))),
    ...(['classify', 'extract', 'generate'] as const).map(kind => parse(starterConfig(kind, 'triage'))),
    ...files.map(folder => ({
      ...least,
      decide: parse(readFileSync(join(root, folder, 'answers.yaml'), 'utf8')),
    })),
    ...yamlBlocks
      .map(({ text }) => parse(text))
      .filter(value => 'incumbent' in value)
      .map(decide => ({ ...least, decide })),
  ];
  expect(written.length).toBeGreaterThanOrEqual(8);
  for (const value of written) expect(fits(value) ? null : fits.errors, JSON.stringify(value)).toBeNull();
  const range = (callsPerDay: unknown) => ({
    ...least,
    decide: { task: { kind: 'classify' }, traffic: { callsPerDay } },
  });
  for (const value of [800, 'unknown', { low: 5, high: 8 }]) expect(fits(range(value))).toBe(true);
  for (const value of ['many', { low: 5 }, [1]]) expect(fits(range(value))).toBe(false);
});

test('the guide shows what mistakes in stepdown.yaml are answered with', async () => {
  const lines = Object.entries(least).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  await writeFile(
    join(dir, 'stepdown.yaml'),
    ['', ...lines, 'effrt: quick', 'runtime:', '  threads: all'].join('\n'),
  );
  const message = await loadConfig({ workspaceDir: dir }).then(
    () => '',
    ({ message }: Error) => message,
  );
  expect(message).toContain('2 problems');
  const shown = blocks.find(({ text }) => text.includes('effrt'))!.text;
  // A terminal lays the lines out anew.
  for (const line of message.split('\n')) expect(shown).toContain(line.trim().replaceAll(/ +/g, ' '));
});

test('every JSON block of the documents is JSON', () => {
  const json = blocks.filter(({ language }) => language === 'json');
  expect(json.length).toBeGreaterThan(0);
  for (const { place, text } of json) expect(() => JSON.parse(text), place).not.toThrow();
});

test('every key that the documents name is a key of stepdown.yaml or of the answers', () => {
  const named = prose.flatMap(({ path, text }) =>
    [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => keysIn(code!).map(key => ({ path, key }))),
  );
  expect(named.length).toBeGreaterThan(40);
  for (const { path, key } of named) expect(isKey(key), `${path}: ${key}`).toBe(true);
});

test('every key that a message or a hint names is a key of stepdown.yaml or of the answers', () => {
  const named = sources.flatMap(({ path, text }) =>
    // Strings alone: in code `data.rows` is a variable.
    [...text.matchAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g)].flatMap(([string]) =>
      keysIn(string).map(key => ({ path, key })),
    ),
  );
  expect(named.length).toBeGreaterThan(60);
  for (const { path, key } of named) expect.soft(isKey(key) ? null : `${path}: ${key}`).toBeNull();
});

test('every key stands in the reference with its meaning', () => {
  const reference = readFileSync(join(root, 'docs/reference/configuration.md'), 'utf8');
  const keys = leavesOf(configJsonSchema(), '');
  expect(keys.length).toBeGreaterThan(200);
  for (const { key, description } of keys) {
    expect(reference).toContain(`| \`${key}\` |`);
    expect(description ?? '', key).not.toBe('');
  }
});

/** Every key that has no keys below it; `<name>` is a name of the user's own. */
function leavesOf(node: JsonSchemaNode, key: string): { key: string; description: string | undefined }[] {
  const inside = alternatives(node).flatMap(option => {
    if (typeof option.additionalProperties === 'object')
      return leavesOf(option.additionalProperties, `${key}.<name>`);
    if (option.items !== undefined)
      return leavesOf(option.items, `${key}[]`).filter(one => !one.key.endsWith('[]'));
    return Object.entries(option.properties ?? {}).flatMap(([name, inner]) =>
      name === 'low' || name === 'high' ? [] : leavesOf(inner, key === '' ? name : `${key}.${name}`),
    );
  });
  return inside.length > 0 ? inside : [{ key, description: node.description }];
}
