import { specialistMessages } from '../../answering/index.ts';
import type { ChatTemplate } from '../../core/chat-model.ts';
import type { Example } from '../../core/example.ts';
import type { Prompt } from '../../core/task.ts';
import type { TrainingRow } from '../../core/trainer.ts';

/** An example as the exact text that the specialist will see and must answer. */
export function trainingRow(example: Example, prompt: Prompt, template: ChatTemplate): TrainingRow {
  const messages = specialistMessages(prompt, example);
  const text = template.render(messages);
  return {
    id: example.id,
    prompt: text,
    inputSpan: spanOf(messages.findLast(({ role }) => role === 'user')?.content ?? '', text),
    completion: example.target + template.endOfTurn,
  };
}

/** Where a message's content stands last in the rendered text (templates may trim it), in code points. */
function spanOf(content: string, text: string): readonly [number, number] | null {
  const trimmed = content.trim();
  const start = trimmed === '' ? -1 : text.lastIndexOf(trimmed);
  if (start < 0) return null;
  const first = codePoints(text.slice(0, start));
  return [first, first + codePoints(trimmed)];
}

/** Python counts characters so; a JavaScript string counts UTF-16 units. */
function codePoints(text: string): number {
  return Array.from(text).length;
}
