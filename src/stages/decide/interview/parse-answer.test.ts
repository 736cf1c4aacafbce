import { describe, expect, it } from 'vitest';
import { answersSchema } from '../schema.ts';
import { type Currency, parseAnswer } from './parse-answer.ts';
import { fileSections, interviewQuestions } from './questions.ts';

const question = (key: string) => interviewQuestions.find(candidate => candidate.key === key)!;
const reply = (key: string, line: string, money: Currency = { currency: 'USD' }) =>
  parseAnswer(question(key), line, money);

describe('the questions', () => {
  it('each say why, and what an unknown answer means or that one is needed', () => {
    expect(interviewQuestions.length).toBeGreaterThan(20);
    for (const { key, why, form, unknown, required } of interviewQuestions) {
      expect([
        key,
        /^[A-Z].{10,}\.$/.test(why) && !why.startsWith('Whether'),
        form === 'quantity' || required || unknown !== null,
      ]).toEqual([key, true, true]);
      expect(fileSections).toHaveProperty(key.split('.')[0]!);
    }
  });

  it('stay below twenty without the money and without what seldom applies', () => {
    const answers = answersSchema.parse({ task: { kind: 'classify', documents: 0 } });
    const asked = interviewQuestions.filter(
      ({ applies, section }) => section !== 'money' && applies(answers),
    );
    expect(asked.length).toBeLessThanOrEqual(20);
  });

  it('write down for an unknown answer what the file may say', () => {
    for (const asked of interviewQuestions) {
      if (asked.required || asked.unknownValue === null) continue;
      const [section, ...rest] = asked.key.split('.') as [string, ...string[]];
      const inner = rest.reduceRight<unknown>((value, step) => ({ [step]: value }), asked.unknownValue);
      const task = { kind: 'classify', ...(section === 'task' ? (inner as object) : {}) };
      expect(answersSchema.safeParse({ [section]: inner, task }).error?.issues ?? []).toEqual([]);
    }
  });
});

describe('an answer', () => {
  it.each([
    ['traffic.callsPerDay', '5000', 5000],
    ['traffic.callsPerDay', ' 5,000 ', 5000],
    ['traffic.callsPerDay', '5k', 5000],
    ['traffic.callsPerDay', '1.5m', 1_500_000],
    ['traffic.callsPerDay', '500..2000', { low: 500, high: 2000 }],
    ['traffic.callsPerDay', '500 to 2k', { low: 500, high: 2000 }],
    ['traffic.callsPerDay', '7..7', 7],
    ['task.outOfScopeShare', '0.05', 0.05],
    ['task.outOfScopeShare', '29%', 0.29],
    ['task.outOfScopeShare', '2%..8%', { low: 0.02, high: 0.08 }],
    ['task.breadth', 'Narrow', 'narrow'],
    ['task.breadth', 'mod', 'moderate'],
    ['task.breadth', '3', 'broad'],
    ['regulation.region', 'eu', 'eu'],
    ['economics.currency', 'eur', 'EUR'],
    ['economics.usdPerUnit', '1.1', 1.1],
    ['traffic.latencyMs', '2s', 2000],
    ['traffic.latencyMs', '0.5 s..1500ms', { low: 500, high: 1500 }],
  ])('to %s of "%s" is %j', (key, line, value) => {
    expect(reply(key, line)).toEqual({ kind: 'value', value });
  });

  it.each([
    ['traffic.callsPerDay', '-4', /is impossible: calls a day lies in 0\.01 to 8,640,000,000 calls\/day/],
    ['traffic.callsPerDay', '1e12', /is impossible/],
    ['traffic.callsPerDay', '2000..500', /low is above high/],
    ['traffic.callsPerDay', '1..2..3', /not a number or a range/],
    ['traffic.callsPerDay', '1,5', /not a number or a range: write 800 or 500\.\.2000/],
    ['traffic.inputTokens', '5%', /not a number/],
    ['traffic.inputTokens', '5s', /not a number/],
    ['task.outOfScopeShare', '92', /lies in 0 to 1 share 0\.\.1; did you mean 92%\?/],
    ['incumbent.price.input', '0', /is impossible: price of input tokens lies in 0\.001 to 1,000/],
    ['task.breadth', 'wide', /none of narrow, moderate, broad/],
    ['task.breadth', '4', /none of/],
    ['regulation.region', 'Europe!', /lower-case/],
    ['economics.currency', 'euro', /three capital letters/],
    ['economics.usdPerUnit', '0', /lies in 0\.000001 to 1,000/],
  ])('to %s of "%s" is refused', (key, line, message) => {
    const refused = reply(key, line);
    expect(refused.kind).toBe('problem');
    expect((refused as { message: string }).message).toMatch(message);
  });

  it('that is an amount is judged in its currency', () => {
    const yen = { currency: 'JPY', usdPerUnit: 0.0067 };
    expect(reply('economics.hourlyRate', '12000', yen)).toEqual({ kind: 'value', value: 12_000 });
    expect(reply('economics.hourlyRate', '12000').kind).toBe('problem');
    expect(reply('economics.hourlyRate', '12', yen).kind).toBe('problem');
  });

  it.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['?', 'unknown'],
    ['unknown', 'unknown'],
    ['b', 'back'],
    ['S', 'skip'],
    ['q', 'quit'],
  ])('of "%s" is the command %s', (line, kind) => {
    expect(reply('task.breadth', line)).toEqual({ kind });
  });
});
