/** The part of JSON Schema that stepdown.yaml's own schema uses. */
export interface JsonSchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchemaNode;
  readonly items?: JsonSchemaNode;
  readonly anyOf?: readonly JsonSchemaNode[];
  readonly oneOf?: readonly JsonSchemaNode[];
  readonly [keyword: string]: unknown;
}

/** A node and its alternatives, flattened. */
export function alternatives(node: JsonSchemaNode): readonly JsonSchemaNode[] {
  const inner = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  return inner.length === 0 ? [node] : inner.flatMap(alternatives);
}

/** Schema nodes that may stand at a path; where `kind` tells alternatives apart, only the one the input names. */
export function schemaAt(
  tree: JsonSchemaNode,
  path: readonly PropertyKey[],
  input?: unknown,
): readonly JsonSchemaNode[] {
  let value = input;
  let nodes = matching(alternatives(tree), value);
  for (const step of path) {
    value = value === null || typeof value !== 'object' ? undefined : Reflect.get(value, step);
    const next = nodes.flatMap(node => {
      const inner =
        typeof step === 'number'
          ? node.items
          : (node.properties?.[String(step)] ??
            (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined));
      return inner === undefined ? [] : alternatives(inner);
    });
    nodes = matching(next, value);
  }
  return nodes;
}

function matching(nodes: readonly JsonSchemaNode[], value: unknown): readonly JsonSchemaNode[] {
  if (value === null || typeof value !== 'object') return nodes;
  const chosen = nodes.filter(node =>
    Object.entries(node.properties ?? {}).some(
      ([key, inner]) => inner.const !== undefined && inner.const === Reflect.get(value, key),
    ),
  );
  return chosen.length > 0 ? chosen : nodes;
}

/** The texts a node allows, where it allows a closed set. */
export function valuesOf(node: JsonSchemaNode): readonly string[] {
  if (node.const !== undefined) return [String(node.const)];
  return (node.enum ?? []).map(String);
}
