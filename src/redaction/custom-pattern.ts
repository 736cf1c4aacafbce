import { RE2JS } from 're2js';
import { ConfigError } from '../core/errors/index.ts';
import type { Detector, Span } from './detector.ts';

/** One entry of `serve.capture.patterns`. */
export interface CustomPattern {
  readonly name: string;
  readonly pattern: string;
}

/** Longest pattern that is accepted, in characters; a machine of RE2 grows with its pattern. */
const maxPatternLength = 2_000;

/**
 * A detector from the operator's regular expression. RE2 runs in time that grows with the text alone, whatever the
 * pattern: no pattern can stop the gateway. It has no look-around and no back-references.
 * @throws ConfigError `redaction-pattern-invalid`
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function customDetector({ name, pattern }: CustomPattern): Detector {
  let compiled: RE2JS;
  try {
    if (pattern.length > maxPatternLength)
      throw new Error(`it is longer than ${maxPatternLength} characters`);
    compiled = RE2JS.compile(pattern);
    if (compiled.matcher('').find()) throw new Error('it matches the empty text');
  } catch (error) {
    throw new ConfigError(
      'redaction-pattern-invalid',
      `serve.capture.patterns: "${name}" cannot be used: ${(error as Error).message.slice(0, 200)}`,
      'Correct the pattern under serve.capture.patterns; its syntax is RE2, without look-around and back-references.',
      { cause: error, details: { key: 'serve.capture.patterns', name } },
    );
  }
  return {
    kind: name.toUpperCase().replaceAll('-', '_'),
    mayFind: () => true,
    *find(text): Generator<Span> {
      const matcher = compiled.matcher(text);
      while (matcher.find()) {
        if (matcher.end() > matcher.start()) yield { start: matcher.start(), end: matcher.end() };
      }
    },
  };
}
