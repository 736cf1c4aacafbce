import { describe, expect, it } from 'vitest';
import type { Example, Message } from '../../core/example.ts';
import { type Answer, answerWithoutModel } from '../../core/metric.ts';
import { SeenInputs } from './seen-inputs.ts';
import { judgeBy } from './specialist-judge.ts';

const user = (content: string): Message[] => [{ role: 'user', content }];
const seen = new SeenInputs([{ messages: user('Where is  my card?') }]);

/** A scorer that is sure of the first label where the text says "card". */
function scorer() {
  const asked: Example[] = [];
  const ask = async (examples: readonly Example[]): Promise<Answer[]> => {
    asked.push(...examples);
    return examples.map(({ id, messages }) => {
      const text = messages[0]!.content;
      if (text === 'broken') return answerWithoutModel(id, '', 0, 'engine-failed');
      const card = text.includes('card') ? 0.9 : 0.2;
      return { ...answerWithoutModel(id, '', 0), probabilities: [card, 1 - card] };
    });
  };
  return { judge: judgeBy({ name: 'specialist bank', labels: ['card', 'account'] }, seen, ask), asked };
}

describe('a specialist as judge', () => {
  it('has seen an input however its case, its white space and the system message are', () => {
    const { judge } = scorer();
    expect(judge.hasSeen(user('where is my CARD? '))).toBe(true);
    expect(judge.hasSeen([{ role: 'system', content: 'Be kind.' }, ...user('Where is my card?')])).toBe(true);
    expect(judge.hasSeen(user('Where is my cat?'))).toBe(false);
    expect(judge.hasSeen([{ role: 'assistant', content: 'Where is my card?' }])).toBe(false);
  });

  it('cannot be asked about an input that it was trained on', async () => {
    const { judge, asked } = scorer();
    const mixed = [user('a new card'), user('WHERE is my card?')];
    await expect(judge.probabilities(mixed)).rejects.toThrow('trained on');
    expect(asked).toEqual([]);
  });

  it('asks an input that comes twice once, and gives the probabilities in the order of the rows', async () => {
    const { judge, asked } = scorer();
    const found = await judge.probabilities(['a card', 'broken', 'an account', 'a card'].map(user));
    expect(found.map(one => one?.[0] ?? null)).toEqual([0.9, null, 0.2, 0.9]);
    expect(asked.map(({ messages }) => messages[0]!.content)).toEqual(['a card', 'broken', 'an account']);
    // Whatever label the row has: a judge that is shown it would be no judge.
    expect(asked.every(({ target }) => target === '')).toBe(true);
  });
});
