import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { JsonSchemaNode } from './yaml/schema-tree.ts';

let cached: JsonSchemaNode | undefined;

/** JSON Schema (draft 2020-12) of stepdown.yaml as a person writes it: what has a default is optional. */
export function configJsonSchema(): JsonSchemaNode {
  cached ??= {
    title: 'stepdown.yaml',
    ...z.toJSONSchema(configSchema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const { def } = zodSchema._zod;
        // The one custom type is a JSON Schema that the user writes in place: a mapping.
        if (def.type === 'custom') jsonSchema.type = 'object';
        // zod leaves the default out where the input may be written in several ways (`yes`, `true`).
        if (def.type === 'default') jsonSchema.default ??= def.defaultValue as typeof jsonSchema.default;
      },
    }),
  } as JsonSchemaNode;
  return cached;
}
