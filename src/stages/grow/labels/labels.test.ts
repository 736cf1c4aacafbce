import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../core/task.ts';
import { agree, canStillAgree } from './agree.ts';
import { answerProbability } from './answer-probability.ts';
import { cleanAnswer, readAnswer } from './clean-answer.ts';
import { judgeRequest, readVerdict, refuseTeacherAsJudge } from './judge.ts';

describe('what several answers agree on', () => {
  it('is what most say, as a share of all that were asked', () => {
    expect(agree('classify', ['a', 'a', 'b', null, 'a'])).toEqual({ target: 'a', agreement: 0.6 });
    expect(agree('extract', ['{"x":1}', '{"x":1}'])).toEqual({ target: '{"x":1}', agreement: 1 });
  });

  it('is nothing on a tie, or where no answer can be used', () => {
    expect(agree('classify', ['a', 'b'])).toBeNull();
    expect(agree('classify', [null, null])).toBeNull();
    expect(agree('generate', [null])).toBeNull();
  });

  it('is for free text the answer most like the others', () => {
    const answers = ['replace the pump seal', 'replace the seal of the pump', 'call the vendor', null];
    const found = agree('generate', answers)!;
    expect(found.target).toContain('seal');
    expect(found.agreement).toBeGreaterThan(0.1);
    expect(found.agreement).toBeLessThan(0.5);
    expect(agree('generate', ['same', 'same'])).toEqual({ target: 'same', agreement: 1 });
  });

  it('stops being asked for exactly when the rest could not reach the bound', () => {
    const answer = fc.constantFrom('a', 'b', 'c', null);
    fc.assert(
      fc.property(fc.array(answer, { maxLength: 5 }), fc.constantFrom(0.4, 0.6, 0.8, 1), (answers, bound) => {
        const total = 5;
        const rest = total - answers.length;
        const best = ['a', 'b', 'c']
          .map(label => [...answers, ...Array<string>(rest).fill(label)])
          .map(all => Math.max(...['a', 'b', 'c'].map(l => all.filter(said => said === l).length)) / total);
        expect(canStillAgree(answers, total, bound)).toBe(Math.max(...best) >= bound - 1e-9);
      }),
      { numRuns: 100 },
    );
  });
});

describe('answers', () => {
  it('lose what models put around them, and nothing else', () => {
    expect(cleanAnswer(' "Leaking." ', 'classify')).toBe('Leaking');
    expect(cleanAnswer('**Leaking**', 'classify')).toBe('Leaking');
    expect(cleanAnswer('No. 4 leaks', 'classify')).toBe('No. 4 leaks');
    expect(cleanAnswer('```json\n{"a": 1}\n```', 'extract')).toBe('{"a": 1}');
    expect(cleanAnswer(' "Yes." ', 'generate')).toBe('"Yes."');
  });

  it('are read as they stand where that is a label', () => {
    const labels = ['Leaks etc.', 'Noise'];
    const read = (text: string) => (labels.includes(text) ? { value: text } : { reason: `not "${text}"` });
    expect(readAnswer(' Leaks etc. ', 'classify', read)).toEqual({ value: 'Leaks etc.' });
    expect(readAnswer('"Noise".', 'classify', read)).toEqual({ value: 'Noise' });
    expect(readAnswer('Smell.', 'classify', read)).toEqual({ reason: 'not "Smell."' });
  });

  it('have the probability of their tokens: together for a label, on average for longer ones', () => {
    const tokens = [0.5, 0.5].map(p => ({ token: 'x', tokenId: null, logprob: Math.log(p), top: [] }));
    expect(answerProbability('classify', tokens)).toBeCloseTo(0.25, 12);
    expect(answerProbability('generate', tokens)).toBeCloseTo(0.5, 12);
    expect(answerProbability('classify', [])).toBeNull();
  });
});

describe('a judge', () => {
  const at = (baseUrl: string, model: string) => ({ baseUrl, model });

  it('is never the teacher, not even behind another address', () => {
    const teacher = at('https://api.example.com/v1', 'vendor/Big-Model');
    for (const judge of [
      teacher,
      at('https://api.example.com/v1/', 'vendor/big-model'),
      at('http://127.0.0.1/v1', 'big-model'),
    ])
      expect(() => refuseTeacherAsJudge(teacher, judge)).toThrowError(
        expect.objectContaining({ code: 'judge-is-teacher' }),
      );
    expect(() =>
      refuseTeacherAsJudge(teacher, at('https://api.example.com/v1', 'vendor/other')),
    ).not.toThrow();
  });

  it('sees task, frame, input and answer', () => {
    const task: Task = { kind: 'classify', labels: ['Leaking', 'Noise'] };
    const prompt = { instruction: 'Name the fault.', system: null, maxAnswerTokens: 8 };
    const said = judgeRequest(task, prompt, 'it drips', 'Leaking')
      .messages.map(({ content }) => content)
      .join();
    for (const part of ['Name the fault.', 'Leaking, Noise', 'it drips', '<answer>\nLeaking'])
      expect(said).toContain(part);
  });

  it('is read where it says yes or no, whatever stands around it', () => {
    expect(readVerdict('{"right": true, "reason": "clear"}')).toEqual({ right: true, reason: 'clear' });
    expect(readVerdict('Sure:\n```json\n{"right": false}\n```').right).toBe(false);
    expect(readVerdict('I would say yes').right).toBeNull();
    expect(readVerdict('{"right": "yes"}').right).toBeNull();
  });
});
