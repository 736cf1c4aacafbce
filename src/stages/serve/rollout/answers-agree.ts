import { canonicalJson } from '../../../core/json.ts';
import type { Task } from '../../../core/task.ts';

/**
 * Whether two answers to the same request say the same: the same label, the same JSON value whatever its key order
 * and spacing, or, for free text, the same words in the same order. An answer that cannot be read agrees with none.
 */
export function answersAgree(task: Task, first: string, second: string): boolean {
  switch (task.kind) {
    case 'classify': {
      const label = first.trim();
      return label === second.trim() && task.labels.includes(label);
    }
    case 'extract': {
      const [one, other] = [parsed(first), parsed(second)];
      return one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other);
    }
    case 'generate':
      return words(first) === words(second);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const words = (text: string) => text.normalize('NFC').trim().split(/\s+/u).join(' ');
