import { describe, expect, it } from 'vitest';
import type { Message } from '../../../core/example.ts';
import { labelJudge, specialistText } from './judged-labels.ts';
import { RowsToJudge, type TrainedJudge } from './trained-judge.ts';

const row = (text: string, target: string) => ({
  line: 1,
  id: null,
  key: text,
  messages: [{ role: 'user', content: text }] as const,
  text,
  target,
});

/** A judge that has seen texts of "seen", fails on texts of "broken", and holds every other for a leak. */
function scripted() {
  const asked: string[] = [];
  const textOf = (messages: readonly Message[]) => messages[0]!.content;
  const judge: TrainedJudge = {
    name: 'specialist triage',
    labels: ['Leak', 'Noise'],
    hasSeen: messages => textOf(messages).includes('seen'),
    probabilities: async inputs =>
      inputs.map(messages => {
        asked.push(textOf(messages));
        return textOf(messages).includes('broken') ? null : [0.9, 0.1];
      }),
  };
  return { judge, asked };
}

describe('rows for a trained judge', () => {
  it('are never those it has seen, whatever their label; what is left out is counted by reason', async () => {
    const { judge, asked } = scripted();
    const rows = new RowsToJudge(judge, 1);
    const given = ['new a', 'seen b', 'new c', 'broken d', 'seen e'];
    for (const [index, text] of given.entries()) rows.offer(index, row(text, 'Leak'));
    rows.offer(5, row('seen f', 'Unheard'));
    rows.offer(6, row('new g', 'Unheard'));
    const found = await rows.judge();
    expect(asked).toEqual(['new a', 'new c', 'broken d']);
    const said = labelJudge(found, 0);
    expect(said).toEqual({
      judge: 'specialist',
      name: 'specialist triage',
      rowsJudged: 2,
      rowsSuspected: 0,
      agreement: 1,
      skill: null,
      notJudged: [
        { reason: 'trained-on', rows: 3 },
        { reason: 'unknown-label', rows: 1 },
        { reason: 'failed', rows: 1 },
      ],
    });
    expect(specialistText(said)).toBe(
      'The specialist triage judged the labels of 2 rows; not judged: 3 rows because trained on, 1 row with a label that it does not know, 1 row on which it failed.',
    );
  });

  it('are drawn from all rows alike where they are more than are asked', async () => {
    const times = new Array<number>(20).fill(0);
    for (let seed = 0; seed < 400; seed++) {
      const { judge, asked } = scripted();
      const rows = new RowsToJudge(judge, seed, 5);
      for (let index = 0; index < 20; index++) rows.offer(index, row(`new ${index}`, 'Leak'));
      expect(labelJudge(await rows.judge(), 0)).toMatchObject({
        rowsJudged: 5,
        notJudged: [{ reason: 'not-drawn', rows: 15 }],
      });
      for (const text of asked) times[Number(text.slice(4))]! += 1;
    }
    // Each is expected 100 times, give or take 8.7.
    for (const count of times) expect(Math.abs(count - 100)).toBeLessThan(44);
  });

  it('may be none, and then the model is not asked', async () => {
    const { judge } = scripted();
    const rows = new RowsToJudge({ ...judge, probabilities: () => Promise.reject(new Error('asked')) }, 1);
    rows.offer(0, row('seen a', 'Leak'));
    expect(labelJudge(await rows.judge(), 0)).toMatchObject({ rowsJudged: 0, agreement: null });
  });
});
