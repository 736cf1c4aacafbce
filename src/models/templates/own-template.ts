import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../../core/errors/index.ts';
import { type ByteSource, withFileSource } from '../formats/byte-source.ts';
import { readGgufHeader, readGgufStringAt } from '../formats/gguf-header.ts';
import {
  type ChatTemplateSpec,
  controlStrings,
  createChatTemplate,
  type JinjaChatTemplate,
} from './chat-template.ts';

/** What a model's files say about its chat format. */
interface OwnFormat {
  readonly template: string | null;
  readonly bos: string;
  readonly eos: string;
  readonly endOfTurn: string | null;
}

/**
 * The chat template that a model brings along: GGUF metadata, `chat_template.jinja` or `tokenizer_config.json`.
 * Untrusted: it runs in the sandbox.
 * @param path GGUF file or model folder, already checked
 * @throws DataError `template-missing` | `template-invalid`
 */
export async function ownTemplate(path: string): Promise<JinjaChatTemplate> {
  const format = (await stat(path)).isDirectory()
    ? await folderFormat(path)
    : withFileSource(path, source => ggufFormat(source));
  const base = format.endOfTurn ?? format.eos;
  if (format.template === null || base === '') throw missing(path);
  // The tokens become part of the text, so that the text alone says everything.
  const source = `{%- set bos_token = ${JSON.stringify(format.bos)} -%}{%- set eos_token = ${JSON.stringify(format.eos)} -%}${format.template}`;
  const draft: ChatTemplateSpec = { source, endOfTurn: base, stop: [] };
  const endOfTurn = closingToken(draft) ?? base;
  const stop = [...new Set([base, format.eos])].filter(token => token !== '' && token !== endOfTurn);
  return createChatTemplate({ source, endOfTurn, stop });
}

/** The control token that the template itself writes after an earlier answer, e.g. `<|im_end|>`. */
function closingToken(spec: ChatTemplateSpec): string | null {
  const mark = 'answer-7d1f';
  const text = createChatTemplate(spec).render([
    { role: 'user', content: 'a' },
    { role: 'assistant', content: mark },
    { role: 'user', content: 'b' },
  ]);
  const after = text.slice(text.lastIndexOf(mark) + mark.length).trimStart();
  return controlStrings(spec).find(control => text.includes(mark) && after.startsWith(control)) ?? null;
}

function ggufFormat(source: ByteSource): OwnFormat {
  const { metadata } = readGgufHeader(source);
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const token = (name: string): string | null => {
    const id = metadata.get(`tokenizer.ggml.${name}_token_id`);
    return typeof id === 'number' && typeof tokens === 'object' ? readGgufStringAt(source, tokens, id) : null;
  };
  const template = metadata.get('tokenizer.chat_template');
  return {
    template: typeof template === 'string' ? template : null,
    bos: token('bos') ?? '',
    eos: token('eos') ?? '',
    endOfTurn: token('eot'),
  };
}

const tokenSchema = z.union([
  z.string(),
  z.object({ content: z.string() }).transform(token => token.content),
]);
const tokenizerConfigSchema = z.object({
  bos_token: tokenSchema.nullish(),
  eos_token: tokenSchema.nullish(),
  chat_template: z
    .union([z.string(), z.array(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});

async function folderFormat(path: string): Promise<OwnFormat> {
  const config = tokenizerConfigSchema.safeParse(
    jsonOrNull(await textOf(path, 'tokenizer_config.json', '{}')),
  );
  if (!config.success) throw missing(path);
  const { bos_token, eos_token, chat_template } = config.data;
  const listed = Array.isArray(chat_template)
    ? chat_template.find(entry => entry.name === 'default')?.template
    : chat_template;
  const separate = await textOf(path, 'chat_template.jinja', '');
  const template = separate === '' ? (listed ?? null) : separate;
  return { template, bos: bos_token ?? '', eos: eos_token ?? '', endOfTurn: null };
}

/** A damaged file says as little as an absent one. */
function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function textOf(folder: string, name: string, absent: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw error;
  }
}

function missing(path: string): DataError {
  return new DataError(
    'template-missing',
    `${path} brings no chat template, or does not say which token ends an answer`,
    'Choose the instruction-tuned variant of the model, or a base model from `stepdown models list`.',
  );
}
