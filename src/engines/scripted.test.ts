import { expect, test } from 'vitest';
import { createEngine } from './engine.ts';

const spec = {
  kind: 'scripted' as const,
  id: 'script',
  answers: { hello: 'good morning to you', broken: '!fail upstream-rate-limited' },
  default: 'none',
};
const ask = (content: string) => ({ messages: [{ role: 'user' as const, content }], maxTokens: 10 });

test('the scripted engine answers from its table, and by default', async () => {
  const model = await createEngine().open(spec);
  expect((await model.generate(ask('hello'))).text).toBe('good morning to you');
  expect((await model.generate(ask('constructor'))).text).toBe('none');
  expect(await model.generate({ ...ask('hello'), maxTokens: 2 })).toMatchObject({
    text: 'good morning ',
    finishReason: 'length',
  });
});

test('the scripted engine fails with the scripted code', async () => {
  const model = await createEngine().open(spec);
  await expect(model.generate(ask('broken'))).rejects.toMatchObject({ code: 'upstream-rate-limited' });
});

test('the scripted engine streams words and ends with the completion', async () => {
  const model = await createEngine().open(spec);
  const chunks = [];
  for await (const chunk of model.stream(ask('hello'))) chunks.push(chunk);
  expect(chunks.map(chunk => chunk.text).join('')).toBe('good morning to you');
  expect(chunks.at(-1)?.completion?.finishReason).toBe('stop');
});
