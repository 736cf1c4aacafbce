import { Ajv, type ErrorObject, type Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ConfigError } from '../../../core/errors/index.ts';
import type { JsonSchema } from '../../../core/json.ts';

/** Says what is wrong with a value, in a line; null when it fits. */
export type SchemaCheck = (value: unknown) => string | null;

const maxSchemaBytes = 1024 * 1024;

/**
 * Compiles a JSON Schema. Nothing is fetched: a `$ref` must point into the schema itself. An unknown keyword
 * is an error, because a misspelt one would silently check nothing.
 * @throws ConfigError `schema-invalid`
 * @see https://json-schema.org/draft/2020-12
 */
export function compileJsonSchema(schema: JsonSchema): SchemaCheck {
  const options: Options = {
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors: false,
    logger: false,
  };
  const draft = typeof schema['$schema'] === 'string' ? schema['$schema'] : '2020-12';
  try {
    if (JSON.stringify(schema).length > maxSchemaBytes) throw new Error('it is larger than 1 MiB');
    const ajv = draft.includes('2020-12') ? new Ajv2020(options) : new Ajv(options);
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    if ('$async' in validate) throw new Error('$async is not supported');
    return value => (validate(value) ? null : inWords(validate.errors?.[0]));
  } catch (error) {
    throw new ConfigError(
      'schema-invalid',
      `task.schema is not a usable JSON Schema: ${(error as Error).message.slice(0, 300)}`,
      'Correct task.schema (draft 2020-12, or 07 with "$schema"); references must stay inside it.',
      { cause: error, details: { key: 'task.schema' } },
    );
  }
}

function inWords(error: ErrorObject | undefined): string {
  if (error === undefined) return 'does not fit the schema';
  const extra = error.params['additionalProperty'] ?? error.params['unevaluatedProperty'];
  return `${error.instancePath || 'the value'} ${error.message ?? 'does not fit'}${extra === undefined ? '' : ` ("${String(extra)}")`}`;
}
