import type { JsonSchema } from '../../core/json.ts';
import type { TaskMetric } from '../task-metric.ts';
import { canonicalRecord, parseRecord } from './record.ts';

/** Share of rows whose whole record is right: every field, nothing missing, nothing added. */
export function exactRecord(schema: JsonSchema): TaskMetric {
  return {
    name: 'exact-record',
    description:
      'Share of records that are right as a whole; list order counts unless the schema says uniqueItems.',
    binary: true,
    score(example, answer) {
      const expected = parseRecord(example.target);
      if (expected === undefined) return null;
      const given = answer.error === null ? parseRecord(answer.text) : undefined;
      if (given === undefined) return 0;
      return canonicalRecord(given, schema) === canonicalRecord(expected, schema) ? 1 : 0;
    },
    corpus: null,
  };
}
