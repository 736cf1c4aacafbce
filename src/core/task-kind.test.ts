import { expect, test } from 'vitest';
import { TargetKind } from './task-kind.ts';

function kindOf(targets: readonly string[]): string {
  const seen = new TargetKind();
  for (const target of targets) seen.add(target);
  return seen.kind;
}
const rows = (count: number, target: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => target(at));

test('short targets that have three rows each are labels; fewer rows each, long ones or very many are texts', () => {
  expect(kindOf(rows(30, at => `label ${at % 10}`))).toBe('classify');
  expect(kindOf(rows(29, at => `label ${at % 10}`))).toBe('generate');
  expect(kindOf(rows(30, at => `${at % 3} ${'long '.repeat(30)}`))).toBe('generate');
  expect(kindOf(rows(4_000, at => `label ${at % 1_000}`))).toBe('classify');
  expect(kindOf(rows(4_004, at => `label ${at % 1_001}`))).toBe('generate');
});

test('JSON objects and lists are records, also where a tenth of them is broken, and however many there are', () => {
  expect(kindOf(rows(20_000, at => `{"part": ${at}}`))).toBe('extract');
  expect(kindOf(rows(20, at => ` ["part ${at}"]`))).toBe('extract');
  expect(kindOf(rows(20, at => (at === 0 ? '{"part": ' : `{"part": ${at}}`)))).toBe('extract');
  expect(kindOf(rows(20, at => (at < 2 ? '{"part": ' : `{"part": ${at}}`)))).toBe('generate');
  expect(kindOf(rows(30, at => `{label ${at % 2}}`))).toBe('classify');
});
