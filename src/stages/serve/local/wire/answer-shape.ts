import { DataError } from '../../../../core/errors/index.ts';
import { canonicalJson, type Json, type JsonSchema } from '../../../../core/json.ts';
import { answerSchema, type Task } from '../../../../core/task.ts';
import type { AskedFor } from './request-body.ts';

/** How an answer is written for this request. */
export interface AnswerShape {
  /** Property that a label is put under, for clients that ask for JSON; null gives the bare label. */
  readonly property: string | null;
  /** What generation is constrained to; null for nothing. */
  readonly jsonSchema: JsonSchema | null;
  /** Whether `response_format` could not be followed to the letter. */
  readonly ignoresFormat: boolean;
}

/**
 * Reconciles `response_format` with what the specialist was trained to answer: a label becomes the one property
 * of an object; records follow the specialist's own schema; free text follows the client's schema.
 * @throws DataError `response-format-unsupported`
 */
export function answerShape(task: Task, format: AskedFor['format']): AnswerShape {
  switch (task.kind) {
    case 'classify':
      return {
        property: format.kind === 'schema' ? labelProperty(format.schema, task.labels) : propertyOf(format),
        jsonSchema: null,
        ignoresFormat: false,
      };
    case 'extract':
      return {
        property: null,
        jsonSchema: answerSchema(task),
        ignoresFormat:
          format.kind === 'schema' && canonicalJson(format.schema) !== canonicalJson(task.schema),
      };
    case 'generate':
      return {
        property: null,
        jsonSchema:
          format.kind === 'schema' ? format.schema : format.kind === 'json' ? { type: 'object' } : null,
        ignoresFormat: false,
      };
  }
}

const propertyOf = (format: AskedFor['format']) => (format.kind === 'json' ? 'label' : null);

/** The property of an object schema that takes a label: the only one, and of a type that allows every label. */
function labelProperty(schema: JsonSchema, labels: readonly string[]): string {
  const properties = Object.entries(isObject(schema['properties']) ? schema['properties'] : {});
  const [first] = properties;
  if (schema['type'] === 'object' && first !== undefined && properties.length === 1) {
    const [name, value] = first;
    const allowed = isObject(value) ? value['enum'] : undefined;
    const takesAll = Array.isArray(allowed) && labels.every(label => allowed.includes(label));
    if (takesAll || (isObject(value) && allowed === undefined && value['type'] === 'string')) return name;
  }
  throw new DataError(
    'response-format-unsupported',
    'The specialist answers one label, which this JSON Schema has no single property for',
    'Ask for an object with one property of type string, or for text.',
    { details: { param: 'response_format' } },
  );
}

function isObject(value: Json | undefined): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
