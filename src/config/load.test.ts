import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../core/errors/index.ts';
import { readEnvironment } from './environment.ts';
import { initWorkspace } from './init.ts';
import { loadConfig, loadRuntime, validateConfig } from './load.ts';
import { starterConfig } from './starter.ts';
import { originText } from './yaml/origin.ts';
import { parseYaml } from './yaml/yaml-source.ts';

const minimal = `name: triage
task:
  kind: classify
data:
  sources:
    - file: rows.jsonl
`;

function problemsOf(
  text: string,
): { place: string; key: string; message: string; suggestion: string | null }[] {
  try {
    validateConfig(parseYaml(text, 'stepdown.yaml'));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.details['problems'] as {
      line: number;
      column: number;
      key: string;
      message: string;
      suggestion: string | null;
    }[];
    return problems.map(({ line, column, key, message, suggestion }) => ({
      place: `${line}:${column}`,
      key,
      message,
      suggestion,
    }));
  }
  return [];
}

describe('a valid stepdown.yaml', () => {
  it('gets every default', () => {
    const { config } = validateConfig(parseYaml(minimal, 'stepdown.yaml'));
    expect(config.effort).toBe('standard');
    expect(config.runtime).toEqual({ threads: null, gpuLayers: 'auto', offline: false });
    expect(config.large).toBeNull();
  });

  it('knows where each value came from', () => {
    const source = parseYaml(`${minimal}runtime:\n  threads: 2\n`, 'stepdown.yaml');
    const { config, origins } = validateConfig(
      source,
      new Map([
        ['effort', { value: 'quick', origin: { kind: 'flag', flag: '--effort' } }],
        ['runtime.offline', { value: true, origin: { kind: 'environment', variable: 'STEPDOWN_OFFLINE' } }],
      ]),
    );
    expect(config.effort).toBe('quick');
    expect(config.runtime).toEqual({ threads: 2, gpuLayers: 'auto', offline: true });
    const text = (key: string) => originText(origins.get(key)!);
    expect(text('name')).toBe('stepdown.yaml:1:1');
    expect(text('runtime.threads')).toBe('stepdown.yaml:8:3');
    expect(text('runtime.gpuLayers')).toBe('default');
    expect(text('runtime.offline')).toBe('STEPDOWN_OFFLINE');
    expect(text('effort')).toBe('--effort');
    expect(text('data.sources')).toBe('stepdown.yaml:5:3');
    expect(text('data.split.seed')).toBe('default');
  });
});

describe('a wrong stepdown.yaml', () => {
  it('shows all problems together, each with line, column and key', () => {
    const text = minimal
      .replace('name: triage', 'nmae: triage')
      .replace('kind: classify', 'kind: clasify')
      .concat('effort: fast\nruntime:\n  treads: 2\n  threads: -1\n  offline: "no"\n');
    expect(problemsOf(text)).toEqual([
      { place: '1:1', key: 'name', message: 'required key is missing; it takes text', suggestion: null },
      { place: '1:1', key: 'nmae', message: 'unknown key', suggestion: 'name' },
      {
        place: '3:3',
        key: 'task.kind',
        message: 'must be one of classify, extract, generate; got "clasify"',
        suggestion: 'classify',
      },
      {
        place: '7:1',
        key: 'effort',
        message: 'must be one of quick, standard, thorough; got "fast"',
        suggestion: null,
      },
      { place: '9:3', key: 'runtime.treads', message: 'unknown key', suggestion: null },
      {
        place: '10:3',
        key: 'runtime.threads',
        message: 'too small: expected number to be >0; got -1',
        suggestion: null,
      },
      { place: '11:3', key: 'runtime.offline', message: 'must be true or false; got "no"', suggestion: null },
    ]);
  });

  it('says what is wrong with a name, and not what stands under it', () => {
    const text = `${minimal}serve:\n  aliases:\n    "модель": { kind: specialist }\n`;
    const [problem, ...others] = problemsOf(text);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      key: 'serve.aliases.модель',
      message: 'must be a model name as clients send it: ASCII letters, digits and . _ : / -, at most 128',
    });
  });

  it('names the element of a list', () => {
    const text = minimal.replace('rows.jsonl', 'rows.jsonl\n      splt: test');
    expect(problemsOf(text)).toEqual([
      { place: '7:7', key: 'data.sources[0].splt', message: 'unknown key', suggestion: 'split' },
    ]);
  });

  it('says what an empty file lacks', () => {
    expect(problemsOf('').map(({ key }) => key)).toEqual(['name', 'task', 'data']);
    expect(problemsOf('- a\n- b\n')[0]!.message).toBe('must be a mapping of keys; got ["a","b"]');
  });

  it('suggests only keys that the chosen task kind has', () => {
    const text = minimal.replace('kind: classify', 'kind: generate\n  label: [a, b]');
    expect(problemsOf(text)).toEqual([
      { place: '4:3', key: 'task.label', message: 'unknown key', suggestion: null },
    ]);
  });

  it('never shows a key that was written where its name belongs', () => {
    const large = 'large:\n  baseUrl: http://127.0.0.1:8000/v1\n  model: big\n  apiKeyEnv: sk-very-secret\n';
    const problems = problemsOf(minimal + large);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.key).toBe('large.apiKeyEnv');
    expect(JSON.stringify(problems)).not.toContain('very-secret');
  });

  it('reports broken syntax and duplicate keys with their place', () => {
    expect(problemsOf('name: [a\n')[0]!.place).toBe('2:1');
    expect(problemsOf(`${minimal}name: again\n`)).toEqual([
      { place: '7:1', key: '', message: 'Map keys must be unique', suggestion: null },
    ]);
    expect(problemsOf('name: !!js/function x\n')).toHaveLength(1);
  });

  it('refuses an alias bomb and bottomless nesting instead of running out of memory', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x, x, x, x, x, x, x]'
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(8)}]`,
    );
    expect(() => parseYaml(levels.join('\n'), 'stepdown.yaml')).toThrow(
      expect.objectContaining({ code: 'config-too-large' }),
    );
    const staircase = Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
    for (const bomb of [
      '['.repeat(200_000),
      '- '.repeat(200_000),
      '? '.repeat(9000),
      '{a: '.repeat(9000),
      staircase,
    ]) {
      expect(() => parseYaml(bomb, 'stepdown.yaml')).toThrow(
        expect.objectContaining({ code: 'config-too-large' }),
      );
    }
  });
});

describe('a workspace', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'stepdown-config-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('without stepdown.yaml says how to get one', async () => {
    await expect(loadConfig({ workspaceDir: dir })).rejects.toMatchObject({
      code: 'config-missing',
      hint: expect.stringContaining('stepdown init'),
    });
  });

  it('with a file that is not UTF-8, or too large, is refused', async () => {
    await writeFile(join(dir, 'stepdown.yaml'), Buffer.from([0x6e, 0xff, 0xfe]));
    await expect(loadConfig({ workspaceDir: dir })).rejects.toMatchObject({ code: 'config-unreadable' });
    await writeFile(join(dir, 'stepdown.yaml'), 'a'.repeat(2_000_000));
    await expect(loadConfig({ workspaceDir: dir })).rejects.toMatchObject({ code: 'config-too-large' });
  });

  it('lets flags win over the environment, and the environment over the file', async () => {
    await writeFile(join(dir, 'stepdown.yaml'), `${minimal}runtime: { offline: false }\n`);
    const environment = readEnvironment({ STEPDOWN_OFFLINE: '1' });
    expect((await loadConfig({ workspaceDir: dir, environment })).config.runtime.offline).toBe(true);
    const loaded = await loadConfig({ workspaceDir: dir, environment, flags: { 'runtime.offline': false } });
    expect(loaded.config.runtime.offline).toBe(false);
    expect(loaded.origins.get('runtime.offline')).toEqual({ kind: 'flag', flag: '--offline' });
  });

  it('says how the machine is used, also for a gateway without a task and without any stepdown.yaml', async () => {
    const usual = { threads: null, gpuLayers: 'auto', offline: false };
    const flags = { 'runtime.threads': 2 };
    expect(await loadRuntime({ workspaceDir: dir })).toMatchObject(usual);
    expect(await loadRuntime({ workspaceDir: dir, flags })).toMatchObject({ ...usual, threads: 2 });
    await writeFile(join(dir, 'stepdown.yaml'), 'runtime: { threads: 3, gpuLayers: 0 }\n');
    expect(await loadRuntime({ workspaceDir: dir })).toMatchObject({ threads: 3, gpuLayers: 0 });
    expect(await loadRuntime({ workspaceDir: dir, flags })).toMatchObject({ threads: 2, gpuLayers: 0 });
    await writeFile(join(dir, 'stepdown.yaml'), 'runtime: { threads: none }\n');
    await expect(loadRuntime({ workspaceDir: dir })).rejects.toMatchObject({ code: 'config-invalid' });
    const configFile = join(dir, 'other.yaml');
    await expect(loadRuntime({ workspaceDir: dir, configFile })).rejects.toMatchObject({
      code: 'config-missing',
    });
  });

  it('is begun with a file that loads as it is, for every kind of task', async () => {
    for (const kind of ['classify', 'extract', 'generate'] as const) {
      const workspaceDir = join(dir, `My ${kind}!`);
      await initWorkspace({ workspaceDir, kind });
      const { config } = await loadConfig({ workspaceDir });
      expect(config.name).toBe(`my-${kind}`);
      expect(config.task.kind).toBe(kind);
    }
  });

  it('is begun with a file that also loads with everything switched on that it shows', () => {
    for (const kind of ['classify', 'extract', 'generate'] as const) {
      const on = starterConfig(kind, 'x').replace(/^(\s*)#(?=[-\w]| {2})/gm, '$1');
      expect(problemsOf(on)).toEqual([]);
      expect(on).toContain('\nlarge:');
    }
  });

  it('is never begun over a stepdown.yaml that is there', async () => {
    await writeFile(join(dir, 'stepdown.yaml'), 'mine');
    await expect(initWorkspace({ workspaceDir: dir, kind: 'classify' })).rejects.toMatchObject({
      code: 'config-exists',
    });
    expect(await readFile(join(dir, 'stepdown.yaml'), 'utf8')).toBe('mine');
  });

  it('refuses a name that is no folder name', async () => {
    for (const name of ['../x', 'A b', '', '-x']) {
      await expect(initWorkspace({ workspaceDir: dir, kind: 'classify', name })).rejects.toMatchObject({
        code: 'name-invalid',
      });
    }
  });

  it('points editors to a JSON Schema that is there', async () => {
    const { config, schema } = await initWorkspace({ workspaceDir: dir, kind: 'classify', name: 'x' });
    const first = (await readFile(config, 'utf8')).split('\n')[0]!;
    expect(join(dir, first.replace('# yaml-language-server: $schema=', ''))).toBe(schema);
    const parsed = JSON.parse(await readFile(schema, 'utf8'));
    expect(parsed.additionalProperties).toBe(false);
    expect(parsed.properties.effort.enum).toEqual(['quick', 'standard', 'thorough']);
    expect(parsed.required).toEqual(['name', 'task', 'data']);
  });
});
