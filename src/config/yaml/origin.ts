import type { YamlSource } from './yaml-source.ts';

/** Where a value of the configuration came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** A value that wins over stepdown.yaml. */
export interface Override {
  readonly value: unknown;
  readonly origin: Extract<Origin, { kind: 'environment' | 'flag' }>;
}

/** Origin of every leaf by dotted key; a list is one leaf. */
export function findOrigins(
  config: unknown,
  source: YamlSource,
  overrides: ReadonlyMap<string, Override>,
): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  const visit = (value: unknown, path: readonly string[]): void => {
    const key = path.join('.');
    const override = overrides.get(key);
    if (override !== undefined) {
      origins.set(key, override.origin);
    } else if (isRecord(value) && Object.keys(value).length > 0) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    } else if (path.length > 0) {
      const position = source.position(path, 'key');
      origins.set(key, position === null ? { kind: 'default' } : { kind: 'file', ...position });
    }
  };
  visit(config, []);
  return origins;
}

/** The origin in words: "default", "stepdown.yaml:4:3", "--offline", "STEPDOWN_OFFLINE". */
export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'environment':
      return origin.variable;
    case 'flag':
      return origin.flag;
  }
}

/** Lays overrides over a plain value; mappings on the way are made. */
export function applyOverrides(value: unknown, overrides: ReadonlyMap<string, Override>): unknown {
  let result = value;
  for (const [key, override] of overrides) result = withValue(result, key.split('.'), override.value);
  return result;
}

function withValue(target: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  // Anything but a mapping is left for validation to complain about.
  if (target !== undefined && target !== null && !isRecord(target)) return target;
  return { ...target, [name]: withValue(target?.[name], rest, value) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
