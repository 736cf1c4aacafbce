import { z } from 'zod';
import { configSchema } from './schema.ts';
import type { JsonSchemaNode } from './schema-tree.ts';

let cached: JsonSchemaNode | undefined;

/** JSON Schema (draft 2020-12) of stepdown.yaml as a person writes it: what has a default is optional. */
export function configJsonSchema(): JsonSchemaNode {
  cached ??= {
    title: 'stepdown.yaml',
    ...z.toJSONSchema(configSchema, {
      io: 'input',
      unrepresentable: 'any',
      // The one custom type is a JSON Schema that the user writes in place: a mapping.
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object';
      },
    }),
  } as JsonSchemaNode;
  return cached;
}
