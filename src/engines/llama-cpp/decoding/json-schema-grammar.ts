import { ConfigError } from '../../../core/errors/index.ts';
import type { Json, JsonSchema } from '../../../core/json.ts';

/** Characters; the grammar is followed at every token, and schemas come from clients too. */
const maxGrammarLength = 256 * 1024;

/** Keywords that constrain nothing. */
const annotations = new Set([
  '$schema',
  '$id',
  '$defs',
  '$comment',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

const terminals: Record<string, string> = {
  char: String.raw`[^"\\\x7F\x00-\x1F] | [\\] (["\\/bfnrt] | "u" [0-9a-fA-F]{4})`,
  string: String.raw`"\"" char* "\""`,
  integer: '"-"? ("0" | [1-9] [0-9]{0,15})',
  number: 'integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?',
  boolean: '"true" | "false"',
  null: '"null"',
  value: 'object | array | string | number | boolean | null',
  object: '"{" ws (string ":" ws value (ws "," ws string ":" ws value)*)? ws "}"',
  array: '"[" ws (value (ws "," ws value)*)? ws "]"',
  // Bounded, so that a small model cannot loop on white space for ever.
  ws: '" "?',
};

/**
 * Writes a JSON Schema as a GBNF grammar for llama.cpp. Properties come in the order of the schema.
 * Supported: type (also a list), properties, required, additionalProperties (false, true or a schema, beside no
 * properties), items, minItems, maxItems, prefix-free enum and const, anyOf, oneOf, $ref into the document,
 * minLength, maxLength.
 *
 * @throws ConfigError `json-schema-unsupported` naming the place and the keyword
 * @see https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md
 */
export function jsonSchemaGrammar(schema: JsonSchema): string {
  const writer = new GrammarWriter(schema);
  const root = writer.write(schema, '#');
  const rules = { ...terminals, ...Object.fromEntries(writer.rules), root };
  const grammar = Object.entries(rules)
    .map(([name, body]) => `${name} ::= ${body}\n`)
    .join('');
  if (grammar.length > maxGrammarLength) throw unsupported('#', 'more than a grammar can hold');
  return grammar;
}

class GrammarWriter {
  readonly rules = new Map<string, string>();
  readonly #document: JsonSchema;
  readonly #references = new Map<string, string>();

  constructor(document: JsonSchema) {
    this.#document = document;
  }

  /** A GBNF expression, safe to put into a sequence. */
  write(schema: Json | undefined, at: string): string {
    if (schema === true || schema === undefined) return 'value';
    if (schema === null || typeof schema !== 'object' || Array.isArray(schema))
      throw unsupported(at, 'a schema that is not an object');
    if (typeof schema['$ref'] === 'string') return this.#reference(schema, at);
    if (schema['const'] !== undefined) {
      only(schema, ['const', 'type'], at);
      return literal(schema['const']);
    }
    if (Array.isArray(schema['enum'])) {
      only(schema, ['enum', 'type'], at);
      return alternatives(schema['enum'].map(literal));
    }
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const options = schema[keyword];
      if (!Array.isArray(options)) continue;
      only(schema, [keyword], at);
      return alternatives(options.map((option, index) => this.write(option, `${at}/${keyword}/${index}`)));
    }
    const { type } = schema;
    if (Array.isArray(type))
      return alternatives(type.map(one => this.#typed({ ...schema, type: one }, one, at, type as string[])));
    return this.#typed(schema, type, at);
  }

  #typed(schema: JsonSchema, type: Json | undefined, at: string, all: readonly string[] = []): string {
    const allow = (...keywords: string[]) => {
      const others = all.flatMap(other => keywordsOf[other] ?? []);
      only(schema, ['type', ...keywords, ...others], at);
    };
    switch (type ?? (schema['properties'] ? 'object' : schema['items'] ? 'array' : undefined)) {
      case 'object':
        allow(...keywordsOf['object']!);
        return this.#object(schema, at);
      case 'array':
        allow(...keywordsOf['array']!);
        return this.#array(schema, at);
      case 'string': {
        allow(...keywordsOf['string']!);
        if (schema['minLength'] === undefined && schema['maxLength'] === undefined) return 'string';
        return String.raw`"\"" char${repeat(schema['minLength'], schema['maxLength'])} "\""`;
      }
      case 'integer':
      case 'number':
      case 'boolean':
      case 'null':
        allow();
        return type as string;
      case undefined:
        allow();
        return 'value';
      default:
        throw unsupported(at, `type ${JSON.stringify(type)}`);
    }
  }

  #object(schema: JsonSchema, at: string): string {
    const properties = Object.entries((schema['properties'] ?? {}) as JsonSchema);
    const required = new Set((schema['required'] ?? []) as string[]);
    const extra = schema['additionalProperties'];
    if (properties.length === 0) {
      if (required.size > 0) throw unsupported(at, '"required" without "properties"');
      if (extra === false) return '"{" ws "}"';
      const member = `string ":" ws ${this.write(extra, `${at}/additionalProperties`)}`;
      return `"{" ws (${member} (ws "," ws ${member})*)? ws "}"`;
    }
    const unknown = [...required].find(name => !properties.some(([key]) => key === name));
    if (unknown !== undefined) throw unsupported(at, `"required" names "${unknown}", which has no schema`);
    if (typeof extra === 'object' || extra === true)
      throw unsupported(at, '"additionalProperties" beside "properties"');
    // Rule k gives the members from the k-th on when one was written before; `start` the same when none was.
    const members = properties.map(([name, child]) => ({
      text: this.#named(`${literal(name)} ":" ws ${this.write(child, `${at}/properties/${name}`)}`),
      needed: required.has(name),
    }));
    let after = '';
    let start: string | null = '';
    for (const { text, needed } of members.reverse()) {
      const first: string = start === '' || after === '' ? text : `${text} ${after}`;
      start = needed ? first : start === '' ? `(${first})?` : `(${first} | ${start})`;
      after = this.#rule(needed ? `ws "," ws ${text} ${after}` : `(ws "," ws ${text})? ${after}`);
    }
    return `"{" ws ${start} ws "}"`;
  }

  #array(schema: JsonSchema, at: string): string {
    const item = this.#rule(this.write(schema['items'], `${at}/items`));
    const [low, high] = bounds(schema['minItems'], schema['maxItems']);
    if (high === 0) return '"[" ws "]"';
    const more = `(ws "," ws ${item})${braces(Math.max(low - 1, 0), high === null ? null : high - 1)}`;
    const list = `${item} ${more}`;
    return `"[" ws ${low === 0 ? `(${list})?` : list} ws "]"`;
  }

  #reference(schema: JsonSchema, at: string): string {
    only(schema, ['$ref'], at);
    const target = schema['$ref'] as string;
    const known = this.#references.get(target);
    if (known !== undefined) return known;
    if (!target.startsWith('#')) throw unsupported(at, `"$ref" outside the document (${target})`);
    let found: Json | undefined = this.#document;
    for (const part of target.slice(1).split('/').filter(Boolean)) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      const inside: JsonSchema | null =
        found !== null && typeof found === 'object' && !Array.isArray(found) ? found : null;
      found = inside !== null && Object.hasOwn(inside, key) ? inside[key] : undefined;
    }
    if (found === undefined) throw unsupported(at, `"$ref" to ${target}, which is not in the document`);
    // The name is known before the body is written, so a recursive schema refers to itself.
    const name = `ref-${this.#references.size}`;
    this.#references.set(target, name);
    this.rules.set(name, this.write(found, target));
    return name;
  }

  /** A long text becomes a rule: it stands in two places, and a nested schema would double at every level. */
  #named(text: string): string {
    return text.length > 200 ? this.#rule(text) : text;
  }

  #rule(body: string): string {
    const name = `rule-${this.rules.size}`;
    this.rules.set(name, body);
    return name;
  }
}

const keywordsOf: Record<string, readonly string[]> = {
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength'],
};

function only(schema: JsonSchema, keywords: readonly string[], at: string): void {
  for (const keyword of Object.keys(schema))
    if (!keywords.includes(keyword) && !annotations.has(keyword)) throw unsupported(at, `"${keyword}"`);
}

function unsupported(at: string, what: string): ConfigError {
  return new ConfigError(
    'json-schema-unsupported',
    `The JSON Schema uses ${what} at ${at}, which cannot be put into a grammar`,
    'Remove it from the schema that constrains the answer; check it on the answer instead.',
    { details: { place: at } },
  );
}

/** JSON text as a GBNF string literal. */
function literal(value: Json): string {
  return JSON.stringify(JSON.stringify(value));
}

function alternatives(options: readonly string[]): string {
  return `(${options.join(' | ')})`;
}

function repeat(low: Json | undefined, high: Json | undefined): string {
  return braces(...bounds(low, high));
}

function bounds(low: Json | undefined, high: Json | undefined): [number, number | null] {
  return [typeof low === 'number' ? low : 0, typeof high === 'number' ? high : null];
}

function braces(low: number, high: number | null): string {
  return `{${low},${high ?? ''}}`;
}
