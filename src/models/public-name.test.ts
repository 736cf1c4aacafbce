import { expect, test } from 'vitest';
import { publicName } from './public-name.ts';

test.each([
  ['smollm2-135m-instruct', 'smollm2-135m-instruct', 'HuggingFaceTB/SmolLM2-135M-Instruct'],
  ['org-name', 'hf:org/name@main', 'org/name'],
  ['org-name-gguf', 'hf:org/name-GGUF/name-Q8_0.gguf', 'org/name-GGUF'],
  ['my-model', 'file:/home/me/models/my-model', 'my-model'],
])('%s from %s is known to others as %s, never by a path', (id, reference, expected) => {
  expect(publicName({ id, reference })).toBe(expected);
});
