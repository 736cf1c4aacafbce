import type { Task } from '../../../core/task.ts';
import { parseRecord } from '../../../metrics/extract/record.ts';
import { compileSchema } from '../../../metrics/extract/schema-validity.ts';

/**
 * Makes the check of a task's answers: true or false for labels and JSON, null where nothing is to be checked.
 * @throws ConfigError `schema-too-large` | `schema-invalid`
 */
export function createValidity(task: Task): (text: string) => boolean | null {
  switch (task.kind) {
    case 'classify': {
      const labels = new Set(task.labels);
      return text => labels.has(text.trim());
    }
    case 'extract': {
      const valid = compileSchema(task.schema);
      return text => {
        const record = parseRecord(text);
        return record !== undefined && valid(record);
      };
    }
    case 'generate':
      return () => null;
  }
}
