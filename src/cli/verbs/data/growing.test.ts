import { describe, expect, it } from 'vitest';
import type { GenerateDataOptions, MadeDataset, SpendingPlan } from '../../../app/growing/views.ts';
import { capturedIo } from '../../fixtures/fake-app.ts';
import { createScreen } from '../../render/screen.ts';
import { spendingPlanScreen } from '../../render/screens/data/growing.ts';
import { runCli } from '../../run-cli.ts';

const guess = (value: number) => ({ value, low: value / 2, high: value * 2 });
const plan: SpendingPlan = {
  teacher: { model: 'gpt-4.1', host: 'api.openai.com' },
  judge: { model: 'house-judge', host: '127.0.0.1:8000' },
  terms: {
    model: 'gpt-4.1',
    host: 'api.openai.com',
    training: 'restricted',
    terms: [
      {
        id: 'openai',
        title: 'OpenAI Services Agreement',
        kind: 'service',
        training: 'restricted',
        summary: 'Output must not be used to develop models that compete with OpenAI, with some exceptions.',
        url: 'https://openai.com/policies/services-agreement/',
        writtenOn: '2026-11-28',
        basis: 'secondary',
        restsOn: 'as of 2026-11-28, from a report about it, not checked at the source',
      },
    ],
  },
  estimate: {
    requests: guess(840),
    tokens: guess(300_000),
    costUsd: guess(1.2),
    atMostUsd: 9.1,
    byPurpose: [
      { purpose: 'inputs', requests: guess(40), costUsd: guess(0.2) },
      { purpose: 'targets', requests: guess(800), costUsd: guess(1) },
    ],
  },
  answeredBefore: 12,
  budgetUsd: 5,
  documents: {
    read: 3,
    passages: 40,
    incomplete: [{ file: 'manual.pdf', code: 'incomplete', reason: '35 of 40 pages have no text' }],
    unread: [
      { file: 'manuals/locked.pdf', code: 'encrypted', reason: 'the PDF is encrypted and needs a password' },
    ],
  },
};
const made: MadeDataset = {
  output: '/work/data/generated.jsonl',
  format: 'chat-jsonl',
  setAsideFile: '/work/data/generated.set-aside.jsonl',
  rows: 140,
  inputs: 200,
  setAside: { 'no-agreement': 31, 'near-duplicate': 20, 'near-test-split': 9 },
  budgetReached: true,
  spent: { nowUsd: 1.1, earlierUsd: 0.2, requests: 700, answeredBefore: 90, lost: 2 },
  plan,
  before: { rows: 140, same: 120 },
};

const tooWide = (text: string) => text.split('\n').filter(line => line.length > 80);

/** An app that asks for leave and then has made the rows. */
function app(given: Parameters<typeof capturedIo>[1] = {}) {
  const seen: GenerateDataOptions[] = [];
  const captured = capturedIo(
    {
      generateData: async options => {
        seen.push(options);
        if (!(await options.confirm(plan))) throw new Error('refused');
        return made;
      },
    },
    given,
  );
  return { ...captured, seen };
}

describe('data generate', () => {
  it('shows what was made, set aside and spent within 80 columns, and how to train on it', async () => {
    const { io, stdout, seen } = app();
    expect(
      await runCli(['data', 'generate', 'made.jsonl', '--yes', '--rows', '200', '--documents', 'docs'], io),
    ).toBe(0);
    for (const text of [
      '140 rows from 200 inputs',
      '31 no-agreement',
      '$1.10 now, $0.20 in earlier runs',
      '2 sent earlier without an answer',
      'budget was reached',
      'locked.pdf',
      '1 document could be used in part',
      '35 of 40 pages have no text',
      'split: train',
      'format: chat-jsonl',
      'MAY BE FORBIDDEN',
      'as of 2026-11-28, from a report about it, not checked at the source',
    ])
      expect(stdout().replaceAll(/\n\s+/gu, ' ')).toContain(text);
    expect(tooWide(stdout())).toEqual([]);
    expect(seen[0]).toMatchObject({
      output: '/work/made.jsonl',
      rows: 200,
      documents: '/work/docs',
      acceptTerms: false,
    });
  });

  it.each([
    ['the model failed', { 'upstream-failed': 2 }, 6],
    ['nothing it said could be used', { 'answer-unusable': 2 }, 4],
  ])('is not done where it made no row, as %s', async (_why, setAside, code) => {
    const none = { ...made, rows: 0, inputs: 0, setAside, budgetReached: false };
    const { io, stdout } = capturedIo({ generateData: async () => none });
    expect(await runCli(['data', 'generate', 'made.jsonl', '--yes'], io)).toBe(code);
    expect(stdout()).toContain('There is no row to train on');
    expect(stdout()).not.toContain('To train on them');
    expect(stdout().includes('2 requests failed. Run the same command again')).toBe(code === 6);
    expect(tooWide(stdout())).toEqual([]);
  });

  it('asks at a terminal, after showing what it costs', async () => {
    const { io, stderr } = app({ tty: true, confirm: true });
    expect(await runCli(['data', 'generate', 'made.jsonl'], io)).toBe(0);
    expect(stderr()).toContain('Before anything is spent');
    const refused = app({ tty: true, confirm: false });
    expect(await runCli(['data', 'generate', 'made.jsonl'], refused.io)).not.toBe(0);
    const screen = spendingPlanScreen(createScreen({ columns: 80, colour: false }), plan);
    expect(tooWide(screen)).toEqual([]);
    expect(screen.replaceAll(/\n\s+/gu, ' ')).toContain('not checked at the source');
    expect(screen.replaceAll(/\n\s+/gu, ' ')).toContain(
      'about $1.20 ($0.60 to $2.40; $9.10 if every answer had its full length), and never more than the budget of $5.00',
    );
  });

  it('does nothing where nobody can be asked, and tells the cost', async () => {
    const { io, stdout } = app();
    expect(await runCli(['data', 'generate', 'made.jsonl', '--json'], io)).toBe(2);
    const { error } = JSON.parse(stdout());
    expect(error).toMatchObject({ code: 'confirmation-needed', details: { plan: { budgetUsd: 5 } } });
    expect(error.message).toContain('$1.20');
  });

  it.each([
    ['--budget-usd', '0'],
    ['--budget-usd', 'five'],
    ['--rows', '0'],
  ])('refuses %s %s', async (flag, value) => {
    const { io, opened } = app();
    expect(await runCli(['data', 'generate', 'made.jsonl', flag, value], io)).toBe(2);
    expect(opened).toEqual([]);
  });
});

describe('data distil', () => {
  it('passes its options on and refuses a probability that is none', async () => {
    const seen: unknown[] = [];
    const { io } = capturedIo({
      distilData: async options => {
        seen.push(options);
        return made;
      },
    });
    const command = [
      'data',
      'distil',
      'made.jsonl',
      '--inputs',
      'in.jsonl',
      '--accept-terms',
      '--min-probability',
    ];
    expect(await runCli([...command, '0.8'], io)).toBe(0);
    expect(seen[0]).toMatchObject({ inputs: '/work/in.jsonl', acceptTerms: true, minProbability: 0.8 });
    expect(await runCli([...command, '80'], io)).toBe(2);
  });
});
