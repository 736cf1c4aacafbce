import type { ChatTemplateSpec } from './chat-template.ts';

/** Families whose chat format is written here. */
export const templateFamilies = [
  'smollm2',
  'qwen3',
  'llama3',
  'gemma3',
  'mistral-v3',
  'phi-4',
  'phi-4-mini',
] as const;
export type TemplateFamily = (typeof templateFamilies)[number];

/**
 * Chat formats of the catalogue's families. They give the text of each family's own template, without what
 * those inject unasked: SmolLM2's default system prompt, Llama 3's knowledge and today's date.
 */
export const familyTemplates: Readonly<Record<TemplateFamily, ChatTemplateSpec>> = {
  /** ChatML. No beginning-of-text token. */
  smollm2: {
    source: `
{%- for message in messages -%}
  {{- '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' -}}
{%- endfor -%}
{{- '<|im_start|>assistant\\n' -}}`,
    endOfTurn: '<|im_end|>',
    stop: ['<|endoftext|>'],
  },

  /**
   * ChatML with thinking switched off by an empty block, as with `enable_thinking=False`. Earlier thinking is
   * left out of the history; tool results are shown to the model as a user turn.
   */
  qwen3: {
    source: `
{%- for message in messages -%}
  {%- if message.role == 'assistant' -%}
    {%- set answer = message.content.split('</think>')[-1] -%}
    {%- if '</think>' in message.content -%}{%- set answer = answer.lstrip('\\n') -%}{%- endif -%}
    {{- '<|im_start|>assistant\\n' ~ answer ~ '<|im_end|>\\n' -}}
  {%- elif message.role == 'tool' -%}
    {%- if loop.first or messages[loop.index0 - 1].role != 'tool' -%}{{- '<|im_start|>user' -}}{%- endif -%}
    {{- '\\n<tool_response>\\n' ~ message.content ~ '\\n</tool_response>' -}}
    {%- if loop.last or messages[loop.index0 + 1].role != 'tool' -%}{{- '<|im_end|>\\n' -}}{%- endif -%}
  {%- else -%}
    {{- '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' -}}
  {%- endif -%}
{%- endfor -%}
{{- '<|im_start|>assistant\\n<think>\\n\\n</think>\\n\\n' -}}`,
    endOfTurn: '<|im_end|>',
    stop: ['<|endoftext|>'],
  },

  llama3: {
    source: `
{{- '<|begin_of_text|>' -}}
{%- for message in messages -%}
  {%- if message.role == 'tool' -%}
    {{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' ~ (message.content | tojson) ~ '<|eot_id|>' -}}
  {%- else -%}
    {{- '<|start_header_id|>' ~ message.role ~ '<|end_header_id|>\\n\\n' ~ (message.content | trim) ~ '<|eot_id|>' -}}
  {%- endif -%}
{%- endfor -%}
{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}`,
    endOfTurn: '<|eot_id|>',
    stop: ['<|eom_id|>', '<|end_of_text|>'],
  },

  /** There is no system role: its text opens the first user turn. */
  gemma3: {
    source: `
{{- '<bos>' -}}
{%- set lead = '' -%}
{%- set turns = messages -%}
{%- if messages[0].role == 'system' -%}
  {%- set lead = messages[0].content ~ '\\n\\n' -%}
  {%- set turns = messages[1:] -%}
{%- endif -%}
{%- for message in turns -%}
  {%- if message.role != ('user' if loop.index0 % 2 == 0 else 'assistant') -%}
    {{- raise_exception('user and assistant must take turns, beginning with user') -}}
  {%- endif -%}
  {{- '<start_of_turn>' ~ ('model' if message.role == 'assistant' else 'user') ~ '\\n' -}}
  {{- (lead if loop.first else '') ~ (message.content | trim) ~ '<end_of_turn>\\n' -}}
{%- endfor -%}
{{- '<start_of_turn>model\\n' -}}`,
    endOfTurn: '<end_of_turn>',
    stop: ['<eos>'],
  },

  /** The system text stands in the last user turn. The answer follows "[/INST]" directly. */
  'mistral-v3': {
    source: `
{{- '<s>' -}}
{%- set lead = '' -%}
{%- set turns = messages -%}
{%- if messages[0].role == 'system' -%}
  {%- set lead = messages[0].content ~ '\\n\\n' -%}
  {%- set turns = messages[1:] -%}
{%- endif -%}
{%- for message in turns -%}
  {%- if message.role != ('user' if loop.index0 % 2 == 0 else 'assistant') -%}
    {{- raise_exception('user and assistant must take turns, beginning with user') -}}
  {%- endif -%}
  {%- if message.role == 'user' -%}
    {{- '[INST] ' ~ (lead if loop.last else '') ~ message.content ~ '[/INST]' -}}
  {%- else -%}
    {{- ' ' ~ (message.content | trim) ~ '</s>' -}}
  {%- endif -%}
{%- endfor -%}`,
    endOfTurn: '</s>',
    stop: [],
  },

  'phi-4': {
    source: `
{%- for message in messages -%}
  {%- if message.role == 'tool' -%}{{- raise_exception('this model has no tool role') -}}{%- endif -%}
  {{- '<|im_start|>' ~ message.role ~ '<|im_sep|>' ~ message.content ~ '<|im_end|>' -}}
{%- endfor -%}
{{- '<|im_start|>assistant<|im_sep|>' -}}`,
    endOfTurn: '<|im_end|>',
    stop: ['<|endoftext|>'],
  },

  'phi-4-mini': {
    source: `
{%- for message in messages -%}
  {%- if message.role == 'tool' -%}{{- raise_exception('this model has no tool role') -}}{%- endif -%}
  {{- '<|' ~ message.role ~ '|>' ~ message.content ~ '<|end|>' -}}
{%- endfor -%}
{{- '<|assistant|>' -}}`,
    endOfTurn: '<|end|>',
    stop: ['<|endoftext|>', '<|user|>', '<|system|>'],
  },
};
