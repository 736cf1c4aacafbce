import type { ChatTemplateSpec } from './chat-template.ts';
import { fixedDate } from './jinja-sandbox.ts';

/**
 * The Jinja text of a template for a GGUF file's metadata, where other programs run it. What rendering here gives
 * besides the messages is fixed in the text, because those programs give values of their own: llama-server lets
 * models think aloud unless told otherwise, and knows today's date.
 *
 * What it cannot carry: text in a message that spells a control token is made harmless here, before rendering.
 */
export function metadataTemplate({ source }: Pick<ChatTemplateSpec, 'source'>): string {
  const thinking = source.includes('enable_thinking') ? '{%- set enable_thinking = false -%}' : '';
  return thinking + (source.includes('strftime_now') ? dateMacro() : '') + source;
}

function dateMacro(): string {
  const replaced = Object.entries(fixedDate).map(([code, text]) => ` | replace('${code}', '${text}')`);
  return `{%- macro strftime_now(format) -%}{{- format${replaced.join('')} -}}{%- endmacro -%}`;
}
