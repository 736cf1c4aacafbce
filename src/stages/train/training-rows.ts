import { specialistMessages } from '../../answering/index.ts';
import type { ChatTemplate } from '../../core/chat-model.ts';
import type { Example } from '../../core/example.ts';
import type { Prompt } from '../../core/task.ts';
import type { TrainingRow } from '../../core/trainer.ts';

/** An example as the exact text that the specialist will see and must answer. */
export function trainingRow(example: Example, prompt: Prompt, template: ChatTemplate): TrainingRow {
  return {
    id: example.id,
    prompt: template.render(specialistMessages(prompt, example)),
    completion: example.target + template.endOfTurn,
  };
}
