import { describe, expect, it } from 'vitest';
import type { Capture, Feedback } from '../../../../core/capture.ts';
import { TargetVotes, type Vote } from './settle-targets.ts';
import { labelIn, trainingTarget } from './training-row.ts';

function captured(given: Partial<Capture>): Capture {
  return {
    id: 'c',
    at: 1,
    status: 200,
    route: 'large',
    reason: null,
    messages: [{ role: 'user', content: 'x' }],
    answer: 'large says',
    localAnswer: null,
    largeAnswer: null,
    ...given,
  } as Capture;
}
const said = (correctAnswer: string | null, rating: Feedback['rating'] = null): Feedback => ({
  captureId: 'c',
  at: 1,
  correctAnswer,
  rating,
});

describe('what a capture teaches', () => {
  it('is nothing where several prompts came in one request: one answer is kept, and which it answers is lost', () => {
    const messages = ['one', 'two'].map(content => ({ role: 'user' as const, content }));
    const several = captured({ endpoint: '/v1/completions', messages });
    expect(trainingTarget(several, [said('right')])).toEqual({ none: 'several-prompts' });
    expect(trainingTarget({ ...several, messages: messages.slice(1) }, [])).toMatchObject({
      target: 'large says',
    });
  });

  it.each([
    ['{"label": "Leaking"}', 'Leaking'],
    [' {"failure_mode":"Plugged / choked"}\n', 'Plugged / choked'],
    ['Leaking', 'Leaking'],
    ['{"label":"Leaking","sure":true}', '{"label":"Leaking","sure":true}'],
    ['{"label":3}', '{"label":3}'],
    ['{Leaking}', '{Leaking}'],
  ])('of %s is the label %s', (answer, label) => {
    expect(labelIn(answer)).toBe(label);
  });

  it.each<[string, Partial<Capture>, Feedback[], object]>([
    ['an escalated answer', { reason: 'low-confidence' }, [], { target: 'large says', reason: 'escalated' }],
    ['an audited answer', { reason: 'audit-sample' }, [], { target: 'large says', reason: 'audited' }],
    ['a shadowed answer', { localAnswer: 'local says' }, [], { target: 'large says', reason: 'shadowed' }],
    [
      'a large answer asked beside the specialist',
      { route: 'local', answer: 'local says', largeAnswer: 'large says' },
      [],
      { target: 'large says', reason: 'shadowed' },
    ],
    ['a server’s answer', {}, [], { target: 'large says', reason: 'recorded' }],
    [
      'a correction, over any model',
      { reason: 'audit-sample' },
      [said('right')],
      { target: 'right', reason: 'corrected' },
    ],
    ['the last correction', {}, [said('first'), said('second')], { target: 'second', reason: 'corrected' }],
    [
      'a correction with a bad rating of the answer',
      {},
      [said('right', -1)],
      { target: 'right', reason: 'corrected' },
    ],
    [
      'an approval of the specialist',
      { route: 'local' },
      [said(null, 1)],
      { target: 'large says', reason: 'confirmed' },
    ],
    [
      'a correction of a failed request',
      { status: 503, answer: null },
      [said('right')],
      { target: 'right', reason: 'corrected' },
    ],
    ['nothing, where it was rated bad', {}, [said(null, -1)], { none: 'rated-bad' }],
    [
      'nothing, where a correction was taken back',
      {},
      [said('right'), said(null, -1)],
      { none: 'rated-bad' },
    ],
    ['nothing of the specialist’s own', { route: 'local' }, [], { none: 'local-answer' }],
    ['nothing, where it was cut off', { cutOff: true }, [], { none: 'cut-off' }],
    [
      'a part of an answer that was approved of',
      { cutOff: true },
      [said(null, 1)],
      { target: 'large says', reason: 'confirmed' },
    ],
    ['nothing, where it failed', { status: 503 }, [], { none: 'failed' }],
    ['nothing, where no content was kept', { messages: null }, [said('right')], { none: 'no-content' }],
  ])('is %s', (_what, given, feedback, expected) => {
    expect(trainingTarget(captured(given), feedback)).toEqual(expected);
  });
});

describe('several captures of one input', () => {
  const vote = (captureId: string, target: string, reason: Vote['reason'], at = 1): Vote => ({
    captureId,
    target,
    reason,
    at,
  });
  const settle = ([first, ...more]: Vote[]) => {
    const votes = new TargetVotes(first!);
    for (const one of more) votes.add(one);
    return votes.settle();
  };

  it('are settled by feedback, whatever the models say', () => {
    const votes = [
      vote('a', 'x', 'escalated', 5),
      vote('b', 'x', 'escalated', 6),
      vote('c', 'y', 'corrected', 1),
      vote('d', 'x', 'confirmed', 9),
    ];
    for (const order of [votes, votes.toReversed()]) {
      expect(settle(order)).toEqual({ captureId: 'c', agreeing: 1, overruled: 3 });
    }
  });

  it('are settled by the newest correction', () => {
    const votes = [vote('a', 'x', 'corrected', 5), vote('b', 'y', 'corrected', 6)];
    expect(settle(votes).captureId).toBe('b');
    expect(settle(votes.toReversed()).captureId).toBe('b');
  });

  it('are settled by most answers of models, and of a tie by the newest', () => {
    const votes = [vote('a', 'x', 'audited', 1), vote('b', 'x', 'recorded', 2), vote('c', 'y', 'audited', 3)];
    expect(settle(votes)).toEqual({ captureId: 'b', agreeing: 2, overruled: 1 });
    expect(settle(votes.slice(1)).captureId).toBe('c');
  });
});
