import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../core/errors/index.ts';
import { type Answers, answerKeys, answersSchema } from '../../stages/decide/schema.ts';
import { type ConfigProblem, configInvalid, describeIssues } from '../yaml/problems.ts';
import type { JsonSchemaNode } from '../yaml/schema-tree.ts';
import { readYaml, type YamlSource } from '../yaml/yaml-source.ts';
import { newAnswersFile } from './write-answer.ts';

/** Answers to the four questions, and where each stands. */
export interface LoadedAnswers {
  readonly answers: Answers;
  /** "answers.yaml:12:3" of a dotted key; the file alone where the key is not in it. */
  readonly placeOf: (key: string) => string;
}

/**
 * Reads and validates a file of answers. All problems are shown together.
 * @param path absolute
 * @throws ConfigError `answers-missing` | `answers-invalid` | `config-unreadable` | `config-too-large`
 */
export async function loadAnswers(path: string): Promise<LoadedAnswers> {
  if (!existsSync(path))
    throw new ConfigError(
      'answers-missing',
      `There is no ${path}`,
      'Name a file of answers with --answers; docs/guide/decide.md has one to begin with.',
      { details: { file: path } },
    );
  return validateAnswers(await readYaml(path));
}

/**
 * Reads the answers that stand under `decide` in stepdown.yaml; null where the file or the section is not there.
 * @param path absolute
 * @throws ConfigError, see loadAnswers
 */
export async function loadAnswersSection(path: string): Promise<LoadedAnswers | null> {
  const section = await readSection(path);
  return section && validateAnswers(section);
}

/** The section `decide` as a source of its own; null where it or the file is not there. */
async function readSection(path: string): Promise<YamlSource | null> {
  if (!existsSync(path)) return null;
  const source = await readYaml(path);
  const value = (source.value as { readonly decide?: unknown } | null | undefined)?.decide;
  if (value === undefined || value === null) return null;
  return { ...source, value, position: (steps, part) => source.position(['decide', ...steps], part) };
}

/** Answers that are not complete yet: the kind of task may still be missing. */
export interface AnswersDraft {
  /** The file as it is; empty where there is none. */
  readonly text: string;
  /** What is written in it, without defaults. */
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads a file of answers that an interview goes on with.
 * @param path absolute; the file need not exist
 * @throws ConfigError `answers-invalid` | `config-unreadable` | `config-too-large`
 */
export async function loadAnswersDraft(path: string): Promise<AnswersDraft> {
  if (!existsSync(path)) return { text: '', value: {} };
  const source = await readYaml(path);
  validateAnswers({ ...source, value: withKind(source.value) });
  return { text: await readFile(path, 'utf8'), value: (source.value ?? {}) as AnswersDraft['value'] };
}

/**
 * The answers under `decide` in stepdown.yaml, as a file that an interview begins with; null where there are none.
 * Where they name a file of prices, they name it from the folder that the answers are written to.
 * @param path absolute
 * @param answersFile absolute
 * @throws ConfigError, see loadAnswersDraft
 */
export async function loadSectionDraft(path: string, answersFile: string): Promise<AnswersDraft | null> {
  const section = await readSection(path);
  if (section === null) return null;
  validateAnswers({ ...section, value: withKind(section.value) });
  const value = pricesFrom(section.value as AnswersDraft['value'], dirname(path), dirname(answersFile));
  return { text: newAnswersFile(value), value };
}

function pricesFrom(value: AnswersDraft['value'], before: string, after: string): AnswersDraft['value'] {
  const { incumbent } = value as { readonly incumbent?: { readonly prices?: string } };
  if (incumbent?.prices === undefined || isAbsolute(incumbent.prices) || before === after) return value;
  return {
    ...value,
    incumbent: { ...incumbent, prices: relative(after, resolve(before, incumbent.prices)) },
  };
}

/** What the answers say so far; any kind of task stands for one that is not known yet. */
export function answersSoFar(value: AnswersDraft['value']): Answers {
  return answerKeys.parse(withKind(value));
}

function withKind(value: unknown): unknown {
  if (value === undefined || value === null) return { task: { kind: 'classify' } };
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  const { task } = value as { readonly task?: unknown };
  if (task !== undefined && task !== null && typeof task !== 'object') return value;
  return { ...value, task: { kind: 'classify', ...task } };
}

/** Validates parsed answers. @throws ConfigError `answers-invalid` */
export function validateAnswers(source: YamlSource): LoadedAnswers {
  const syntax = source.syntaxProblems.map(
    ({ message, ...position }): ConfigProblem => ({ position, key: '', message, suggestion: null }),
  );
  if (syntax.length > 0) throw answersInvalid(source.file, syntax);
  const input = source.value ?? {};
  const parsed = answersSchema.safeParse(input);
  if (!parsed.success)
    throw answersInvalid(
      source.file,
      describeIssues(parsed.error.issues, input, source, answersJsonSchema()),
    );
  return {
    answers: parsed.data,
    placeOf: key => {
      const position = source.position(key.split('.'), 'key');
      return position === null ? source.file : `${position.file}:${position.line}:${position.column}`;
    },
  };
}

/** JSON Schema of a file of answers, as a person writes it. */
function answersJsonSchema(): JsonSchemaNode {
  return z.toJSONSchema(answersSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchemaNode;
}

function answersInvalid(file: string, problems: readonly ConfigProblem[]): ConfigError {
  const { message, details } = configInvalid(file, problems);
  return new ConfigError(
    'answers-invalid',
    message,
    'Correct the lines above; docs/guide/decide.md explains every question.',
    { details },
  );
}
