import { describe, expect, it } from 'vitest';
import { parseHubReference, safeName } from './hub-reference.ts';

describe('a reference to the hub', () => {
  it.each([
    ['hf:org/name', 'main', null],
    ['hf:org/name@v1.0', 'v1.0', null],
    ['hf:org/name/m.gguf', 'main', 'm.gguf'],
    ['hf:org/name@abc/quantised/m.gguf', 'abc', 'quantised/m.gguf'],
  ])('%s names a repository, a revision and perhaps a file', (reference, revision, file) => {
    expect(parseHubReference(reference)).toEqual({ repository: 'org/name', revision, file });
  });

  it.each([
    'hf:org/name/../../x.gguf',
    'hf:org/name/a/../x.gguf',
    'hf:../name',
    'hf:org/..',
    'hf:org/name@../x',
    'hf:org/name/x.bin',
    'hf:org/name/pytorch_model.pt',
    'hf:org/name?x=1',
    'hf:org',
  ])('%s is refused', reference => {
    expect(() => parseHubReference(reference)).toThrow(
      expect.objectContaining({ code: 'reference-invalid' }),
    );
  });

  it.each(['../x', '/x', 'a/../x', 'a//x', './x', '..', 'a\\x', 'C:x', 'a\0b', ''])(
    'the name %j does not stay in its folder',
    name => expect(safeName(name)).toBe(false),
  );
});
