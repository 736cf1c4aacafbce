import { describe, expect, it } from 'vitest';
import { familyTemplates } from '../templates/family-templates.ts';
import { catalogue, findEntry, pinOf, unknownModel } from './catalogue.ts';

describe('the catalogue', () => {
  it('names every model and every reference once', () => {
    const names = catalogue.flatMap(entry => [entry.id, ...entry.references]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(catalogue.map(entry => [entry.id, entry] as const))(
    '%s has a chat format, a licence, and a model card of the repository it is fetched from',
    (_id, entry) => {
      const card = new URL(entry.modelCard);
      expect(card.origin).toBe('https://huggingface.co');
      expect(entry.references).toContain(`hf:${card.pathname.slice(1)}`);
      expect(familyTemplates[entry.family].source).not.toBe('');
      expect(entry.licence.name).not.toBe('');
      expect(URL.canParse(entry.licence.url)).toBe(true);
      expect(entry.shape.heads % entry.shape.kvHeads).toBe(0);
    },
  );

  it('warns of every licence that is no open-source licence', () => {
    const bound = catalogue.filter(entry => !['Apache-2.0', 'MIT'].includes(entry.licence.name));
    expect(bound.map(entry => entry.family)).toContain('llama3');
    expect(bound.every(entry => entry.licence.note !== null)).toBe(true);
  });

  it('pins only the default reference: the other ones hold other files of the same model', () => {
    const [pinned, other] = findEntry('smollm2-135m-instruct')?.references ?? [];
    expect(pinOf(pinned ?? '')).toMatch(/^[0-9a-f]{64}$/);
    expect(pinOf(other ?? '')).toBeNull();
    expect(pinOf('hf:nobody/nothing')).toBeNull();
  });

  it('guesses the nearest id, and guesses nothing where none is near', () => {
    expect(unknownModel('qwen3-06b').hint).toContain('"qwen3-0.6b"');
    expect(unknownModel('something-else-altogether').hint).not.toContain('Did you mean');
  });
});
