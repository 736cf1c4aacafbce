import { DataError } from '../../core/errors/index.ts';

/** What llama.cpp calls the parts of a GGUF that was split. */
export function isGgufPart(name: string): boolean {
  return /-\d{5}-of-\d{5}\.gguf$/i.test(name);
}

/** The error for a GGUF that was split: one part alone cannot be opened, and its hash would not be the model's. */
export function splitGguf(name: string): DataError {
  return new DataError(
    'gguf-split',
    `${name} is one part of a GGUF that was split`,
    'Choose a file in one piece, or join the parts with `llama-gguf-split --merge` and give the result as file:path.',
  );
}
