import { expect, test } from 'vitest';
import { environmentVariables } from '../../src/config/environment.ts';
import { responseHeaders } from '../../src/contracts/response-headers.ts';
import { families } from '../../src/stages/serve/observe/metrics/families.ts';
import { documents, sources } from './documents.ts';

const text = documents.map(document => document.text).join('\n');
const named = (pattern: RegExp) => [...new Set(text.match(pattern) ?? [])].sort();

test('the guides name every header that the gateway adds, and no other', () => {
  const added = Object.values(responseHeaders).filter(name => name.startsWith('x-stepdown-'));
  expect(named(/x-stepdown-[a-z-]*[a-z]/g)).toEqual(added.sort());
});

test('the guides name no metric that there is not', () => {
  const metrics = Object.values(families).map(({ name }) => name);
  for (const name of named(/\bstepdown_[a-z0-9_]+[a-z0-9]\b/g))
    if (name !== 'stepdown_trainer') expect(metrics).toContain(name);
});

test('every variable that the guides or the sources name is in the help', () => {
  const listed = environmentVariables.map(([name]) => name);
  const read = sources.flatMap(source => source.text.match(/\b(?:STEPDOWN|HF)_[A-Z_]*[A-Z]\b/g) ?? []);
  for (const name of [...named(/\b(?:STEPDOWN|HF|OTEL)_[A-Z_]*[A-Z]\b/g), ...read])
    expect(listed).toContain(name.replace(/_ARG$/, ''));
});

test('every route of the guides is one that the gateway has', () => {
  const code = sources.map(source => source.text).join('\n');
  const routes = named(/`(?:GET|POST|DELETE) \/[a-z0-9/]+/g).map(route => route.replace(/^`\w+ /, ''));
  expect(routes.length).toBeGreaterThan(8);
  for (const route of routes) {
    // Paths below /v1/ are told apart by what follows it.
    const path = route.replace(/\/$/, '');
    const alternatives = [path, path.replace(/^\/v1\//, '')].map(name => `'${name}`);
    expect(
      alternatives.some(name => code.includes(name)),
      route,
    ).toBe(true);
  }
});
