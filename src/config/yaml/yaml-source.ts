import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml';
import { ConfigError } from '../../core/errors/index.ts';

/** Bounds on what is parsed: a configuration is small, and aliases can blow up. */
const maxBytes = 1 << 20;
const maxAliases = 100;
const maxFlowDepth = 64;
const maxIndent = 200;

/** A place in a file; line and column are 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A thing the parser itself has to say. */
interface SyntaxProblem extends Position {
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
  if (nestsTooDeep(text)) throw tooLarge(file, text.length);
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    value = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: maxAliases });
  } catch (cause) {
    // An alias bomb ends here.
    if (cause instanceof ReferenceError) throw tooLarge(file, text.length);
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

/**
 * The parser recurses, and a deep enough file ends the process: so nesting is bounded on the flat stream of
 * tokens first. In block style every level stands further right, so what a line begins with bounds its depth.
 */
function nestsTooDeep(text: string): boolean {
  let flowDepth = 0;
  // Width of the spaces, dashes and question marks a line begins with.
  let head = 0;
  let inHead = true;
  for (const token of new Lexer().lex(text)) {
    const type = CST.tokenType(token);
    if (type === 'flow-seq-start' || type === 'flow-map-start') flowDepth++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') flowDepth--;
    if (token.includes('\n')) {
      head = 0;
      inHead = true;
    } else if (type === 'space' || type === 'seq-item-ind' || type === 'explicit-key-ind') {
      if (inHead) head += token.length;
    } else if (type !== 'doc-mode' && type !== 'byte-order-mark') inHead = false;
    if (flowDepth > maxFlowDepth || (head > maxIndent && type !== 'space')) return true;
  }
  return false;
}

function tooLarge(path: string, size: number): ConfigError {
  return new ConfigError(
    'config-too-large',
    `${path} is too large or too deeply nested for a configuration`,
    'Keep rows and schemas in files of their own and name them in stepdown.yaml.',
    { details: { file: path, size, maxBytes } },
  );
}
