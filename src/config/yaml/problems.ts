import type { z } from 'zod';
import { ConfigError } from '../../core/errors/index.ts';
import { type JsonSchemaNode, schemaAt, valuesOf } from './schema-tree.ts';
import { closest } from './suggest.ts';
import type { Position, YamlSource } from './yaml-source.ts';

/** One thing that is wrong in the configuration. */
export interface ConfigProblem {
  /** Null where the value did not come from the file. */
  readonly position: Position | null;
  /** Dotted: `train.rank`, `data.sources[0].file`; empty for the whole file. */
  readonly key: string;
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion: string | null;
}

/** Someone may have written the secret itself where its name belongs: it is never repeated. */
const secretKey = /key|token|secret|password/i;

/** Turns every validation issue into a problem with its place. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  source: YamlSource,
  tree: JsonSchemaNode,
): ConfigProblem[] {
  return issues
    .flatMap(issue => describe(issue, [], input, source, tree))
    .sort((a, b) => (a.position?.line ?? 0) - (b.position?.line ?? 0));
}

function describe(
  issue: z.core.$ZodIssue,
  base: readonly PropertyKey[],
  input: unknown,
  source: YamlSource,
  tree: JsonSchemaNode,
): ConfigProblem[] {
  const path = [...base, ...issue.path];
  const value = valueAt(input, path);
  const got = secretKey.test(keyText(path)) ? '' : `; got ${excerpt(value)}`;
  if (issue.code === 'unrecognized_keys') {
    const known = [...schemaAt(tree, path, input)].flatMap(node => Object.keys(node.properties ?? {}));
    return issue.keys.map(name => {
      const unused = known.filter(candidate => !(candidate in Object(value)));
      return problem([...path, name], 'unknown key', closest(name, unused), source);
    });
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the alternatives, the one that failed furthest inside is the one that was meant.
    const depth = (issues: readonly z.core.$ZodIssue[]) =>
      Math.max(...issues.map(inner => inner.path.length));
    const best = issue.errors.reduce((a, b) => (depth(b) > depth(a) ? b : a));
    if (depth(best) > 0) return best.flatMap(inner => describe(inner, path, input, source, tree));
    return [problem(path, `must be ${issue.errors.flat().map(expectation).join(' or ')}`, null, source)];
  }
  if (value === undefined)
    return [problem(path, `required key is missing; it takes ${expectation(issue)}`, null, source)];
  if (issue.code === 'invalid_value' || issue.code === 'invalid_union') {
    const allowed = [...schemaAt(tree, path, input)].flatMap(valuesOf);
    const suggestion = typeof value === 'string' ? closest(value, allowed) : null;
    return [problem(path, `must be one of ${allowed.join(', ')}${got}`, suggestion, source)];
  }
  // Of a mapping whose keys are names: the name is what is wrong, not what stands under it.
  if (issue.code === 'invalid_key')
    return [problem(path, issue.issues.map(expectation).join(' and '), null, source)];
  if (issue.code === 'invalid_type')
    return [problem(path, `must be ${expectation(issue)}${got}`, null, source)];
  return [problem(path, `${lowerFirst(issue.message)}${got}`, null, source)];
}

function problem(
  path: readonly PropertyKey[],
  message: string,
  suggestion: string | null,
  source: YamlSource,
): ConfigProblem {
  return { position: nearestPosition(path, source), key: keyText(path), message, suggestion };
}

/** A missing key is shown where its parent stands. */
function nearestPosition(path: readonly PropertyKey[], source: YamlSource): Position | null {
  for (let length = path.length; length > 0; length--) {
    const position = source.position(path.slice(0, length), 'key');
    if (position !== null) return position;
  }
  return { file: source.file, line: 1, column: 1 };
}

function expectation(issue: z.core.$ZodIssue): string {
  const words: Record<string, string> = {
    object: 'a mapping of keys',
    record: 'a mapping of keys',
    array: 'a list',
    int: 'a whole number',
    number: 'a number',
    string: 'text',
    boolean: 'true or false',
    null: 'null',
  };
  if (issue.code === 'invalid_type') return words[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ');
  return lowerFirst(issue.message);
}

/** Dotted key for people: list positions in brackets. */
function keyText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
    '',
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (value === null || typeof value !== 'object' ? undefined : Reflect.get(value, step)),
    input,
  );
}

function excerpt(value: unknown): string {
  // JSON has no infinity and no NaN, and would call them null.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** All problems as one error, each on a line with file, line, column and key. */
export function configInvalid(file: string, problems: readonly ConfigProblem[]): ConfigError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const lines = problems.map(({ position, key, message, suggestion }) => {
    const place = position === null ? file : `${position.file}:${position.line}:${position.column}`;
    const meant = suggestion === null ? '' : ` (did you mean "${suggestion}"?)`;
    return `  ${place}  ${key === '' ? '' : `${key}: `}${message}${meant}`;
  });
  return new ConfigError(
    'config-invalid',
    `${file} has ${count}:\n${lines.join('\n')}`,
    `Correct the ${problems.length === 1 ? 'line' : 'lines'} above; docs/reference/configuration.md lists every key.`,
    {
      details: {
        file,
        problems: problems.map(({ position, ...rest }) => ({
          file: position?.file ?? file,
          line: position?.line ?? null,
          column: position?.column ?? null,
          ...rest,
        })),
      },
    },
  );
}
