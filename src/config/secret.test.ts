import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';

it('never shows a secret in text, JSON or an inspection, and gives it when asked', () => {
  const environment = readEnvironment({ HF_TOKEN: 'hf_abc123', MY_KEY: 'sk-xyz' });
  const shown = [
    `${environment.hubToken}`,
    JSON.stringify(environment),
    inspect(environment, { depth: 9, showHidden: true }),
    inspect(environment.secret('MY_KEY')),
  ].join('\n');
  expect(shown).not.toContain('hf_abc123');
  expect(shown).not.toContain('sk-xyz');
  expect(environment.hubToken?.reveal()).toBe('hf_abc123');
  expect(environment.secret('MY_KEY')?.reveal()).toBe('sk-xyz');
});

it('takes an empty variable as not set', () => {
  const environment = readEnvironment({ HF_TOKEN: '', NO_COLOR: '', STEPDOWN_OFFLINE: '' });
  expect(environment.hubToken).toBeNull();
  expect(environment.noColor).toBe(false);
  expect(environment.offline).toBeNull();
});

it('understands 0, false, no and off as off', () => {
  for (const value of ['0', 'false', 'No', 'OFF']) {
    expect(readEnvironment({ STEPDOWN_OFFLINE: value }).offline).toBe(false);
  }
  for (const value of ['1', 'true', 'yes'])
    expect(readEnvironment({ STEPDOWN_OFFLINE: value }).offline).toBe(true);
});
