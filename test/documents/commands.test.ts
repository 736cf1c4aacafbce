import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { descendants } from '../../src/cli/command-tree.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createScreen } from '../../src/cli/render/screen.ts';
import { blocks, documents, prose, root, sources } from './documents.ts';

const screen = createScreen({ columns: 80, colour: false });
const program = createProgram(screen, async () => {});

const shellLines = blocks
  .filter(({ language }) => ['', 'sh', 'bash', 'console'].includes(language))
  .flatMap(({ place, text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map(line => ({ place, line: line.trim() })),
  );

/** Words as a shell makes them, up to what is no longer the command's own. */
function wordsOf(line: string): string[] {
  const words = line.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  const end = words.findIndex(word => /^[#><|;&]/.test(word));
  const own = end === -1 ? words : words.slice(0, end);
  return own.map(word => word.replace(/^["']|["']$|;$/g, ''));
}

/** The words after `stepdown` in a line of a shell; null where it calls something else. */
function argumentsOf(line: string): string[] | null {
  const [, rest] = /^(?:\$ |if )?(?:npx )?stepdown (.*)$/.exec(line) ?? [];
  return rest === undefined ? null : wordsOf(rest);
}

/** Why the program does not take these arguments; null where it does. */
async function refusal(argv: readonly string[]): Promise<string | null> {
  try {
    await createProgram(screen, async () => {}).parseAsync([...argv], { from: 'user' });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is wrong with a command in a sentence, which may leave arguments out; null where nothing is. */
function mistakeIn(mention: string): string | null {
  const [verb = '', next = ''] = mention
    .trim()
    .replace(/^help /, '')
    .split(/\s+/);
  let command: Command | undefined = verb.startsWith('-') ? program : child(program, verb);
  if (command !== undefined && command.commands.length > 0 && /^[a-z]/.test(next))
    command = child(command, next);
  if (command === undefined) return `no command "${verb} ${next}"`;
  const known = [...command.options, ...program.options].map(({ long }) => long).concat('--help');
  const unknown = (mention.match(/--[a-z][a-z-]*/g) ?? []).filter(option => !known.includes(option));
  return unknown.length === 0 ? null : `${command.name()} has no ${unknown.join(', ')}`;
}

const child = (command: Command, name: string) => command.commands.find(one => one.name() === name);

/** Commands between backticks, and in strings up to the end of their clause; what is computed stands as X. */
function mentionsIn(text: string): string[] {
  const flat = text.replaceAll(/\$\{[\w.]+\}/g, 'X').replaceAll('\\`', '`');
  return [...flat.matchAll(/[`'" ]stepdown ((?:--)?[a-z][^`'"\n;.$()]*)/g)].map(([, mention]) => mention!);
}

test('every command line in the documents is one that the program takes', async () => {
  const commands = shellLines.flatMap(({ place, line }) => {
    const argv = argumentsOf(line);
    return argv === null ? [] : [{ place, line, argv }];
  });
  expect(commands.length).toBeGreaterThan(60);
  for (const { place, line, argv } of commands) expect(await refusal(argv), `${place}: ${line}`).toBeNull();
});

/** What `--help` prints. */
function helpOf(command: Command): string {
  let help = '';
  const writeOut = (text: string) => {
    help += text;
  };
  command.configureOutput({ writeOut }).outputHelp();
  return help;
}

test('the example of every command is one that the program takes', async () => {
  for (const command of descendants(program).filter(({ commands }) => commands.length === 0)) {
    const [, example] = /Example:\n {2}\$ ([\s\S]*)/.exec(helpOf(command)) ?? [];
    expect(example, command.name()).toBeDefined();
    const line = example!
      .replace(/^eval "\$\((.*)\)"$/m, '$1')
      .replaceAll('\\\n', ' ')
      .trim();
    expect(await refusal(argumentsOf(line)!), line).toBeNull();
  }
});

test('every command that a sentence of the documents names is there, with the options named', () => {
  const mentions = prose.flatMap(({ path, text }) =>
    [...text.replaceAll('\n', ' ').matchAll(/`stepdown ([^`<]+)[^`]*`/g)].map(([, mention]) => ({
      path,
      mention: mention!,
    })),
  );
  expect(mentions.length).toBeGreaterThan(40);
  for (const { path, mention } of mentions) expect(mistakeIn(mention), `${path}: ${mention}`).toBeNull();
});

test('every command that a message or a hint names is there, with the options named', () => {
  const verbs = program.commands.map(command => command.name());
  const mentions = sources.flatMap(({ path, text }) =>
    mentionsIn(text).map(mention => ({
      path,
      mention,
      quoted: text.replaceAll('\\`', '`').includes(`\`stepdown ${mention}`),
    })),
  );
  // "stepdown speaks" is no command, unless it stands between backticks.
  const meant = mentions.filter(({ mention, quoted }) => quoted || verbs.includes(mention.split(' ')[0]!));
  expect(meant.length).toBeGreaterThan(100);
  for (const { path, mention } of meant) expect(mistakeIn(mention), `${path}: ${mention}`).toBeNull();
});

test('every npm script and every program that the documents run is there, with the options named', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = documents.map(document => document.text).join('\n');
  const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
  const programs = [...text.matchAll(/node ((?:bench|scripts|test)\/[\w/.-]+)([^`\n]*)/g)];
  expect(programs.length).toBeGreaterThan(5);
  for (const [line, path, rest] of programs) {
    expect(existsSync(join(root, path!)), line).toBe(true);
    const code = readFileSync(join(root, path!), 'utf8');
    for (const option of rest!.match(/--[a-z][a-z-]*/g) ?? [])
      expect(code, line).toMatch(new RegExp(String.raw`${option.slice(2)}\b`));
  }
});

test('every code of an error stands in the reference', () => {
  const reference = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  const made =
    /new (?:Config|Prerequisite|Data|Gate|Upstream|Interrupted|Access|Request)Error\(\s*(?:\d+,\s*)?'([a-z-]+)'/g;
  const codes = sources.flatMap(({ text }) => [...text.matchAll(made)].map(([, code]) => code!));
  expect(codes.length).toBeGreaterThan(150);
  for (const code of codes) expect(reference, code).toContain(`| \`${code}\` |`);
});
