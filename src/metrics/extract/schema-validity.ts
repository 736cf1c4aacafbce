import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { ConfigError } from '../../core/errors/index.ts';
import { canonicalJson, type Json, type JsonSchema } from '../../core/json.ts';
import type { TaskMetric } from '../task-metric.ts';
import { parseRecord } from './record.ts';

const maximumSchemaBytes = 256 * 1024;
const draft07 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/u;

/**
 * Compiles a user's JSON Schema (draft 2020-12, or 06 and 07 where `$schema` says so). Nothing is ever loaded: a
 * reference that leaves the document is an error.
 *
 * @throws ConfigError `schema-too-large` | `schema-invalid`
 */
export function compileSchema(schema: JsonSchema): (value: Json) => boolean {
  if (Buffer.byteLength(canonicalJson(schema)) > maximumSchemaBytes)
    throw new ConfigError(
      'schema-too-large',
      `The task's JSON Schema is larger than ${maximumSchemaBytes} bytes`,
      'Shorten task.schema; the answers of a small model fit a small schema.',
    );
  const declared = schema['$schema'];
  const Draft = typeof declared === 'string' && draft07.test(declared) ? Ajv : Ajv2020;
  const ajv = new Draft({ strict: false, allErrors: false, validateFormats: true, logger: false });
  formatsPlugin.default(ajv);
  try {
    const validate = ajv.compile(schema);
    if ('$async' in schema) throw new Error('asynchronous schemas are not supported');
    return value => validate(value) === true;
  } catch (cause) {
    throw new ConfigError(
      'schema-invalid',
      `The task's JSON Schema cannot be used: ${(cause as Error).message}`,
      'Correct task.schema; write every referenced definition into the same file.',
      { cause },
    );
  }
}

/**
 * Share of answers that are JSON and satisfy the task's schema.
 * @throws ConfigError `schema-too-large` | `schema-invalid`
 */
export function schemaValidity(schema: JsonSchema): TaskMetric {
  const valid = compileSchema(schema);
  return {
    name: 'schema-validity',
    description: "Share of answers that satisfy the task's JSON Schema, right or wrong.",
    binary: true,
    score(_example, answer) {
      const record = answer.error === null ? parseRecord(answer.text) : undefined;
      return record !== undefined && valid(record) ? 1 : 0;
    },
    corpus: null,
  };
}
