import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { ConfigError } from '../core/errors/index.ts';

/** Bounds on what is parsed: a configuration is small, and aliases can blow up. */
const maxBytes = 1 << 20;
const maxAliases = 100;

/** A place in a file; line and column are 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A thing the parser itself has to say. */
export interface SyntaxProblem extends Position {
  readonly message: string;
}

type Path = readonly PropertyKey[];

/** A parsed YAML file that knows where everything stands. */
export interface YamlSource {
  /** File name for messages. */
  readonly file: string;
  /** Plain value; undefined where the syntax is broken. */
  readonly value: unknown;
  readonly syntaxProblems: readonly SyntaxProblem[];
  /** Where the value at a path stands (`key`: where its key stands); null where the file has no such path. */
  position(path: Path, part?: 'key' | 'value'): Position | null;
}

/**
 * Reads and parses a YAML file.
 * @throws ConfigError `config-missing` | `config-unreadable` | `config-too-large`
 */
export async function readYaml(path: string): Promise<YamlSource> {
  const file = basename(path);
  let sizeBytes: number;
  try {
    sizeBytes = (await stat(path)).size;
  } catch (cause) {
    throw new ConfigError(
      'config-missing',
      `There is no ${path}`,
      'Write one with `stepdown init classify` (or extract, generate), or name the folder that has it with --workspace DIR.',
      { cause, details: { file: path } },
    );
  }
  if (sizeBytes > maxBytes) throw tooLarge(path, sizeBytes);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ConfigError('config-unreadable', `${path} cannot be read`, 'Check its permissions.', { cause });
  }
  try {
    return parseYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes), file);
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError('config-unreadable', `${path} is not UTF-8 text`, 'Save the file as UTF-8.', {
      cause,
    });
  }
}

/** Parses YAML text; syntax errors are reported, not thrown. @throws ConfigError `config-too-large` */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let document: Document;
  let value: unknown;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    value = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: maxAliases });
  } catch (cause) {
    // The parser recurses and resolves aliases: a bomb ends here as RangeError or ReferenceError.
    if (cause instanceof RangeError || cause instanceof ReferenceError) throw tooLarge(file, text.length);
    throw cause;
  }
  return {
    file,
    value,
    syntaxProblems: [...document.errors, ...document.warnings].map(problem => ({
      ...at(problem.pos[0]),
      message: problem.message,
    })),
    position(path, part = 'value') {
      const offset = findOffset(document, path, part);
      return offset === null ? null : at(offset);
    },
  };
}

function findOffset(document: Document, path: Path, part: 'key' | 'value'): number | null {
  let node: unknown = document.contents;
  let keyOffset: number | null = null;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    keyOffset = null;
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined) return null;
      keyOffset = (pair.key as Node).range?.[0] ?? null;
      node = pair.value ?? pair.key;
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      node = node.items[step];
    } else return null;
  }
  if (part === 'key' && keyOffset !== null) return keyOffset;
  return isNode(node) ? (node.range?.[0] ?? keyOffset) : keyOffset;
}

function tooLarge(path: string, size: number): ConfigError {
  return new ConfigError(
    'config-too-large',
    `${path} is too large or too deeply nested for a configuration`,
    'Keep rows and schemas in files of their own and name them in stepdown.yaml.',
    { details: { file: path, size, maxBytes } },
  );
}
