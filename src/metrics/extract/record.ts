import { canonicalJson, type Json, type JsonSchema } from '../../core/json.ts';

/** Longer answers are no records: they are not parsed. */
const maximumCharacters = 1_000_000;
const maximumDepth = 64;

/**
 * Parses an answer as JSON; undefined where it is none. One Markdown code fence around it is allowed, since
 * untuned models are fond of them; anything else around the JSON is not.
 */
export function parseRecord(text: string): Json | undefined {
  if (text.length > maximumCharacters) return undefined;
  const trimmed = text.trim();
  const fenced = /^```(?:json)?\s*\n([\s\S]*)\n```$/u.exec(trimmed);
  try {
    const value = JSON.parse(fenced?.[1] ?? trimmed) as Json;
    return depthWithin(value, maximumDepth) ? value : undefined;
  } catch {
    return undefined;
  }
}

function depthWithin(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every(inner => depthWithin(inner, levels - 1));
}

/**
 * Text equal for equal records. The order of object keys never counts; the order of a list counts unless its
 * schema says `uniqueItems: true`, which declares a set. The schema is followed through `properties` and `items`.
 */
export function canonicalRecord(value: Json, schema: JsonSchema): string {
  return canonicalJson(withSortedSets(value, schema));
}

function withSortedSets(value: Json, schema: Json | undefined): Json {
  if (value === null || typeof value !== 'object') return value;
  const rules = isObject(schema) ? schema : {};
  if (Array.isArray(value)) {
    const items = value.map(item => withSortedSets(item, rules['items']));
    return rules['uniqueItems'] === true
      ? items.sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
      : items;
  }
  const properties = isObject(rules['properties']) ? rules['properties'] : {};
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      withSortedSets(inner, Object.hasOwn(properties, key) ? properties[key] : undefined),
    ]),
  );
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
