import { specialistMessages } from '../../answering/index.ts';
import type { ChatTemplate } from '../../core/chat-model.ts';
import type { Example, Message } from '../../core/example.ts';
import type { Prompt } from '../../core/task.ts';
import type { TrainingRow } from '../../core/trainer.ts';

/**
 * An example as the exact text that the specialist will see and must answer.
 * @param labels of the task; probabilities of others are left out, as the specialist cannot answer them
 */
export function trainingRow(
  example: Example,
  prompt: Prompt,
  template: ChatTemplate,
  labels: readonly string[],
): TrainingRow {
  const messages = specialistMessages(prompt, example);
  const text = template.render(messages);
  return {
    id: example.id,
    prompt: text,
    inputSpan: inputSpan(messages, text, template),
    completion: example.target + template.endOfTurn,
    ...teacherOf(example, template, labels),
  };
}

function teacherOf(
  { labelProbabilities = {} }: Example,
  template: ChatTemplate,
  labels: readonly string[],
): Pick<TrainingRow, 'teacher'> {
  const known = labels.flatMap(label => {
    const probability = Object.hasOwn(labelProbabilities, label) ? labelProbabilities[label]! : 0;
    return probability > 0 ? [{ completion: label + template.endOfTurn, probability }] : [];
  });
  if (known.length === 0) return {};
  const sum = known.reduce((total, { probability }) => total + probability, 0);
  return { teacher: known.map(said => ({ ...said, probability: said.probability / sum })) };
}

/** Stands for the input in a rendering of its own: no text that people write holds it. */
const mark = '\uE000input\uE000';

/**
 * Where the last user message stands in `text`, in code points; null where the template changes it (more than
 * trimming) or shows it not exactly once. It is found by rendering a mark in its place: the words of a short
 * input may stand in the system message or in the template itself.
 */
function inputSpan(
  messages: readonly Message[],
  text: string,
  template: ChatTemplate,
): readonly [number, number] | null {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const message = messages[last];
  if (message === undefined) return null;
  const parts = template.render(messages.with(last, { ...message, content: mark })).split(mark);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) return null;
  if (!text.startsWith(before) || !text.endsWith(after)) return null;
  const input = text.slice(before.length, text.length - after.length);
  if (input === '' || input.trim() !== message.content.trim()) return null;
  const start = codePoints(before);
  return [start, start + codePoints(input)];
}

/** Python counts characters so; a JavaScript string counts UTF-16 units. */
function codePoints(text: string): number {
  return Array.from(text).length;
}
