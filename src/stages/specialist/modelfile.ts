import type { ChatTemplate } from '../../core/chat-model.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { Message } from '../../core/example.ts';
import type { SpecialistManifest } from '../../core/specialist.ts';

/** Stands for the input while the prompt around it is rendered; no tokenizer or template knows it. */
const placeholder = 'STEPDOWN-INPUT-PLACEHOLDER';

/** Begin-of-sequence tokens that runtimes put before every prompt by themselves (Llama 3, Gemma, Mistral). */
const automaticBos = /^(?:<\|begin_of_text\|>|<bos>|<s>)/;

/**
 * An Ollama Modelfile whose TEMPLATE is the text the specialist was trained on, found by rendering a
 * placeholder, so that it cannot drift from the template used in training.
 *
 * @throws ConfigError `modelfile-impossible` when the template changes the input it is given
 * @see https://github.com/ollama/ollama/blob/main/docs/modelfile.md
 */
export function modelfile(
  manifest: Pick<SpecialistManifest, 'prompt' | 'contextTokens'>,
  template: ChatTemplate,
  modelFileName: string,
): string {
  const messages: Message[] = [
    ...(manifest.prompt.system === null
      ? []
      : [{ role: 'system' as const, content: manifest.prompt.system }]),
    { role: 'user', content: placeholder },
  ];
  const text = template.render(messages).replace(automaticBos, '');
  const parts = text.split(placeholder);
  if (parts.length !== 2 || text.includes('"""')) {
    throw new ConfigError(
      'modelfile-impossible',
      'The chat template cannot be written as an Ollama template: it does not keep the input as it is',
      'Export `gguf` and serve it with an engine that reads the template of the GGUF file.',
    );
  }
  const [before = '', after = ''] = parts.map(part => part.replaceAll('{{', '{{ "{{" }}'));
  const stops = [...new Set([template.endOfTurn.trim(), ...template.stop])].filter(stop => stop !== '');
  return [
    `FROM ./${modelFileName}`,
    `TEMPLATE """${before}{{ .Prompt }}${after}"""`,
    ...stops.map(stop => `PARAMETER stop ${JSON.stringify(stop)}`),
    'PARAMETER temperature 0',
    `PARAMETER num_predict ${manifest.prompt.maxAnswerTokens}`,
    `PARAMETER num_ctx ${manifest.contextTokens}`,
    '',
  ].join('\n');
}
