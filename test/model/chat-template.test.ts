import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Message } from '../../src/core/example.ts';
import { createChatTemplate } from '../../src/models/templates/chat-template.ts';
import { familyTemplates, templateFamilies } from '../../src/models/templates/family-templates.ts';
import { metadataTemplate } from '../../src/models/templates/metadata-template.ts';
import { smallModelSpec } from './engine-weights.ts';
import { renderedByServer, startLlamaServer } from './llama-server.ts';

const conversations: Message[][] = [
  [{ role: 'user', content: 'pump  leaks, "oil" 漏れ 🛢️\n{{ not jinja }}' }],
  [
    { role: 'system', content: 'Name the fault.' },
    { role: 'user', content: 'fan hums' },
    { role: 'assistant', content: 'noise' },
    { role: 'user', content: 'valve stuck' },
  ],
];

let folder: string;
let modelPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepdown-templates-'));
  ({ modelPath } = await smallModelSpec());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(templateFamilies)('llama.cpp renders the %s template as it was trained', async family => {
  const file = join(folder, `${family}.jinja`);
  await writeFile(file, metadataTemplate(familyTemplates[family]));
  const server = await startLlamaServer(modelPath, file);
  const trained = createChatTemplate(familyTemplates[family]);
  try {
    for (const messages of conversations)
      expect(await renderedByServer(server, messages)).toBe(trained.render(messages));
  } finally {
    server.stop();
  }
});

test('llama.cpp renders a template that prints a date and can think as it was trained', async () => {
  const source = `{{- strftime_now('%d %B %Y') ~ '\n' -}}{%- for message in messages -%}{{- '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' -}}{%- endfor -%}{{- '<|im_start|>assistant\n' -}}{%- if enable_thinking is defined and enable_thinking is false -%}{{- '<think>\n\n</think>\n\n' -}}{%- endif -%}`;
  const file = join(folder, 'own.jinja');
  await writeFile(file, metadataTemplate({ source }));
  const server = await startLlamaServer(modelPath, file);
  const trained = createChatTemplate({ source, endOfTurn: '<|im_end|>', stop: [] });
  try {
    for (const messages of conversations)
      expect(await renderedByServer(server, messages)).toBe(trained.render(messages));
  } finally {
    server.stop();
  }
});
