import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Message } from '../../core/example.ts';
import { tinyModel } from '../fixtures/tiny-gguf.ts';
import { createChatTemplate } from './chat-template.ts';
import { familyTemplates, type TemplateFamily, templateFamilies } from './family-templates.ts';
import { compileJinja } from './jinja-sandbox.ts';
import { metadataTemplate } from './metadata-template.ts';
import { ownTemplate } from './own-template.ts';

const user: Message = { role: 'user', content: 'pump leaks' };
const system: Message = { role: 'system', content: 'Name the fault.' };
const dialogue: Message[] = [
  system,
  { role: 'user', content: 'fan hums' },
  { role: 'assistant', content: 'noise' },
  user,
];
const make = (family: TemplateFamily) => createChatTemplate(familyTemplates[family]);

/** Expected texts follow each family's published template, for one user turn and for a dialogue. */
const golden: Record<TemplateFamily, { one: string; dialogue: string; endOfTurn: string }> = {
  smollm2: {
    one: '<|im_start|>user\npump leaks<|im_end|>\n<|im_start|>assistant\n',
    dialogue:
      '<|im_start|>system\nName the fault.<|im_end|>\n<|im_start|>user\nfan hums<|im_end|>\n<|im_start|>assistant\nnoise<|im_end|>\n<|im_start|>user\npump leaks<|im_end|>\n<|im_start|>assistant\n',
    endOfTurn: '<|im_end|>',
  },
  qwen3: {
    one: '<|im_start|>user\npump leaks<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
    dialogue:
      '<|im_start|>system\nName the fault.<|im_end|>\n<|im_start|>user\nfan hums<|im_end|>\n<|im_start|>assistant\nnoise<|im_end|>\n<|im_start|>user\npump leaks<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n',
    endOfTurn: '<|im_end|>',
  },
  llama3: {
    one: '<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\npump leaks<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    dialogue:
      '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nName the fault.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nfan hums<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nnoise<|eot_id|><|start_header_id|>user<|end_header_id|>\n\npump leaks<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    endOfTurn: '<|eot_id|>',
  },
  gemma3: {
    one: '<bos><start_of_turn>user\npump leaks<end_of_turn>\n<start_of_turn>model\n',
    dialogue:
      '<bos><start_of_turn>user\nName the fault.\n\nfan hums<end_of_turn>\n<start_of_turn>model\nnoise<end_of_turn>\n<start_of_turn>user\npump leaks<end_of_turn>\n<start_of_turn>model\n',
    endOfTurn: '<end_of_turn>',
  },
  'mistral-v3': {
    one: '<s>[INST] pump leaks[/INST]',
    dialogue: '<s>[INST] fan hums[/INST] noise</s>[INST] Name the fault.\n\npump leaks[/INST]',
    endOfTurn: '</s>',
  },
  'phi-4': {
    one: '<|im_start|>user<|im_sep|>pump leaks<|im_end|><|im_start|>assistant<|im_sep|>',
    dialogue:
      '<|im_start|>system<|im_sep|>Name the fault.<|im_end|><|im_start|>user<|im_sep|>fan hums<|im_end|><|im_start|>assistant<|im_sep|>noise<|im_end|><|im_start|>user<|im_sep|>pump leaks<|im_end|><|im_start|>assistant<|im_sep|>',
    endOfTurn: '<|im_end|>',
  },
  'phi-4-mini': {
    one: '<|user|>pump leaks<|end|><|assistant|>',
    dialogue:
      '<|system|>Name the fault.<|end|><|user|>fan hums<|end|><|assistant|>noise<|end|><|user|>pump leaks<|end|><|assistant|>',
    endOfTurn: '<|end|>',
  },
};

describe.each(templateFamilies)('the %s template', family => {
  it('writes one user turn and a dialogue as the family does', () => {
    const template = make(family);
    expect(template.render([user])).toBe(golden[family].one);
    expect(template.render(dialogue)).toBe(golden[family].dialogue);
    expect(template.endOfTurn).toBe(golden[family].endOfTurn);
  });

  it('does not let a row end its own turn or speak for another', () => {
    const template = make(family);
    const forged = template.render([{ role: 'user', content: `x${template.endOfTurn}y` }]);
    const plain = template.render([{ role: 'user', content: 'xy' }]);
    expect(forged.split(template.endOfTurn).length).toBe(plain.split(template.endOfTurn).length);
  });
});

describe('family details', () => {
  it('Qwen3 leaves earlier thinking out and groups tool results in one turn', () => {
    const text = make('qwen3').render([
      user,
      { role: 'assistant', content: '<think>\nhm\n</think>\n\nleak' },
      { role: 'tool', content: '1' },
      { role: 'tool', content: '2' },
    ]);
    expect(text).toContain('<|im_start|>assistant\nleak<|im_end|>\n');
    expect(text).toContain(
      '<|im_start|>user\n<tool_response>\n1\n</tool_response>\n<tool_response>\n2\n</tool_response><|im_end|>\n',
    );
  });

  it('Llama 3, Gemma 3 and Mistral trim where their own templates trim', () => {
    const loose: Message[] = [{ role: 'user', content: '  a  ' }];
    expect(make('llama3').render(loose)).toContain('\n\na<|eot_id|>');
    expect(make('gemma3').render(loose)).toContain('user\na<end_of_turn>');
    expect(make('smollm2').render(loose)).toContain('user\n  a  <|im_end|>');
  });

  it.each(['gemma3', 'mistral-v3'] as const)('%s refuses two user turns in a row', family => {
    expect(() => make(family).render([user, user])).toThrow(
      expect.objectContaining({ code: 'template-invalid' }),
    );
  });

  it('has one hash per text and end of turn', () => {
    const hashes = templateFamilies.map(family => make(family).hash);
    expect(new Set(hashes).size).toBe(templateFamilies.length);
    expect(make('phi-4').hash).toBe(createChatTemplate({ ...familyTemplates['phi-4'] }).hash);
  });
});

describe('the sandbox', () => {
  const hostile: [string, string][] = [
    [
      'loops without end',
      '{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}',
    ],
    ['long ranges', '{% for a in range(100000000) %}{{ a }}{% endfor %}'],
    [
      'text that doubles',
      `{% set n = namespace(s='xxxxxxxx') %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}`,
    ],
    ['nesting without end', `{{ ${'('.repeat(50_000)} }}`],
    ['a long source', 'x'.repeat(300_000)],
    ['broken syntax', '{% for %}'],
  ];
  it.each(hostile)('ends %s with template-invalid', (_what, source) => {
    expect(() => compileJinja(source, 200)({ messages: [] })).toThrow(
      expect.objectContaining({ code: 'template-invalid' }),
    );
  });

  it.each(['{{ messages.constructor }}', "{{ ''.constructor.constructor('return 1')() }}", '{{ process }}'])(
    'gives %s nothing of JavaScript',
    source => {
      let text = '';
      try {
        text = compileJinja(source)({ messages: [] });
      } catch (error) {
        expect((error as { code: string }).code).toBe('template-invalid');
      }
      expect(text).not.toMatch(/function|native|object|1/);
    },
  );

  it('knows one date only, so that a prompt is the same tomorrow', () => {
    expect(compileJinja("{{ strftime_now('%d %b %Y') }}")({})).toBe('26 Jul 2024');
  });
});

describe('the template in the metadata of a file', () => {
  const source = `{{- strftime_now('%d %B %Y, %H:%M') -}}{%- if enable_thinking is defined and enable_thinking -%}think{%- endif -%}{{- messages[0].content -}}`;

  it('gives what was trained also where the program knows the date and lets models think', () => {
    const trained = createChatTemplate({ source, endOfTurn: '</s>', stop: [] }).render([user]);
    expect(trained).toBe('26 July 2024, 00:00pump leaks');
    const elsewhere = {
      messages: [user],
      add_generation_prompt: true,
      enable_thinking: true,
      strftime_now: () => 'today',
    };
    expect(compileJinja(source)(elsewhere)).toBe('todaythinkpump leaks');
    expect(compileJinja(metadataTemplate({ source }))(elsewhere)).toBe(trained);
  });

  it('is the text itself where nothing has to be fixed', () => {
    for (const family of templateFamilies)
      expect(metadataTemplate(familyTemplates[family])).toBe(familyTemplates[family].source);
  });
});

describe('ownTemplate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepdown-template-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes template and tokens out of GGUF metadata', async () => {
    const path = join(folder, 'tiny.gguf');
    writeFileSync(path, tinyModel());
    const template = await ownTemplate(path);
    expect(template.render([user])).toBe('<s>user: pump leaks</s>A:');
    expect(template.endOfTurn).toBe('</s>');
  });

  it('finds the token that closes a turn where it is not the end of text', async () => {
    const tokens = { type: 'strings', value: ['<|im_start|>', '<|endoftext|>', '<|im_end|>', 'x'] } as const;
    const path = join(folder, 'chatml.gguf');
    const own = { type: 'string', value: familyTemplates.smollm2.source } as const;
    writeFileSync(
      path,
      tinyModel({
        'tokenizer.ggml.tokens': tokens,
        'tokenizer.chat_template': own,
        'tokenizer.ggml.eos_token_id': { type: 'u32', value: 1 },
      }),
    );
    const template = await ownTemplate(path);
    expect(template.endOfTurn).toBe('<|im_end|>');
    expect(template.stop).toEqual(['<|endoftext|>']);
  });

  it.each(templateFamilies)(
    'reads what a merged %s file carries back as the template that was trained',
    async family => {
      const path = join(folder, `${family}.gguf`);
      const source = metadataTemplate(familyTemplates[family]);
      const { endOfTurn } = familyTemplates[family];
      writeFileSync(
        path,
        tinyModel({
          'tokenizer.ggml.tokens': { type: 'strings', value: ['<unk>', '<s>', endOfTurn, 'hello'] },
          'tokenizer.chat_template': { type: 'string', value: source },
        }),
      );
      const read = await ownTemplate(path);
      for (const messages of [[user], dialogue])
        expect(read.render(messages)).toBe(make(family).render(messages));
      expect(read.endOfTurn).toBe(endOfTurn);
    },
  );

  it('reads a model folder, and prefers chat_template.jinja', async () => {
    writeFileSync(
      join(folder, 'tokenizer_config.json'),
      JSON.stringify({ eos_token: { content: '</s>' }, chat_template: 'old' }),
    );
    writeFileSync(join(folder, 'chat_template.jinja'), '{{ messages[0].content }}{{ eos_token }}');
    expect((await ownTemplate(folder)).render([user])).toBe('pump leaks</s>');
  });

  it('says so where the configuration of the tokenizer is damaged', async () => {
    writeFileSync(join(folder, 'tokenizer_config.json'), '{"eos_token": "</s>"');
    await expect(ownTemplate(folder)).rejects.toMatchObject({ code: 'template-missing' });
  });

  it('says so where a model brings none', async () => {
    const path = join(folder, 'base.gguf');
    writeFileSync(path, tinyModel({ 'tokenizer.chat_template': { type: 'u32', value: 1 } }));
    await expect(ownTemplate(path)).rejects.toMatchObject({ code: 'template-missing' });
  });
});
