import type { Example, Message } from '../core/example.ts';
import { canonicalJson } from '../core/json.ts';
import type { Prompt, Task } from '../core/task.ts';

/** What a specialist is shown: the input as it is, after the prompt's system message where there is one. */
export function specialistMessages(prompt: Prompt, example: Pick<Example, 'messages'>): Message[] {
  return withSystem(prompt.system, example.messages);
}

/** What an untuned model is shown: instruction, labels or schema, solved examples as earlier turns, the input. */
export function instructedMessages(
  task: Task,
  prompt: Prompt,
  example: Pick<Example, 'messages'>,
  shots: readonly Example[] = [],
): Message[] {
  const shown = shots.flatMap(shot => [
    ...shot.messages.filter(message => message.role !== 'system'),
    { role: 'assistant' as const, content: shot.target },
  ]);
  const own = example.messages.filter(message => message.role === 'system');
  const input = example.messages.filter(message => message.role !== 'system');
  return withSystem(instruction(task, prompt), [...own, ...shown, ...input]);
}

function instruction(task: Task, prompt: Prompt): string {
  switch (task.kind) {
    case 'classify':
      return `${prompt.instruction}\n\nAnswer with exactly one of these labels and nothing else:\n${task.labels.map(label => `- ${label}`).join('\n')}`;
    case 'extract':
      return `${prompt.instruction}\n\nAnswer with one JSON object that satisfies this JSON Schema, and nothing else:\n${canonicalJson(task.schema)}`;
    case 'generate':
      return prompt.instruction;
  }
}

/** Chat templates know one system message, at the start: a second one joins the first. */
function withSystem(system: string | null, messages: readonly Message[]): Message[] {
  const texts = [system, ...messages.filter(({ role }) => role === 'system').map(({ content }) => content)];
  const joined = texts.filter(text => text !== null && text !== '').join('\n\n');
  const rest = messages.filter(({ role }) => role !== 'system');
  return joined === '' ? [...rest] : [{ role: 'system', content: joined }, ...rest];
}
