import { expect, test } from 'vitest';
import { checkLayout, openLibrary } from './library.ts';
import { findLibraryFiles } from './library-files.ts';

test('finds and checks the library that is installed', () => {
  expect(findLibraryFiles().llama).toMatch(/llama/);
  expect(() => checkLayout(openLibrary())).not.toThrow();
});

test('refuses a library whose structs are laid out otherwise', () => {
  const native = openLibrary();
  const shifted = { ...native, contextDefaults: () => ({ ...native.contextDefaults(), n_ctx: 2048 }) };
  expect(() => checkLayout(shifted as unknown as typeof native)).toThrow(
    expect.objectContaining({ code: 'llama-library-mismatch', message: expect.stringContaining('n_ctx') }),
  );
});
