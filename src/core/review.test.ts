import { expect, test } from 'vitest';
import { type ReviewDecision, type ReviewEntry, reviewRow, rowHash, standingDecisions } from './review.ts';

const messages = [{ role: 'user' as const, content: 'It drips.' }];
let made = 0;
const decision = (
  target: string,
  action: 'keep' | 'fix' | 'drop',
  to: string | null = null,
): ReviewDecision => ({
  schemaVersion: 1,
  id: String(made++).padStart(8, '0'),
  by: 'Ada',
  at: '2026-11-28T08:00:00.000Z',
  note: null,
  action,
  row: rowHash(messages, target),
  target: to,
  kind: null,
  place: null,
});
const undo = (undoes: string): ReviewEntry => ({
  schemaVersion: 1,
  id: 'ffffffff',
  by: 'Ada',
  at: '2026-11-28T08:00:00.000Z',
  note: null,
  action: 'undo',
  undoes,
});

test('the last decision on a row holds, and undoing it brings back the one before', () => {
  const [keep, drop] = [decision('Noise', 'keep'), decision('Noise', 'drop')];
  expect([...standingDecisions([keep, drop]).values()]).toEqual([drop]);
  expect([...standingDecisions([keep, drop, undo(drop.id)]).values()]).toEqual([keep]);
});

test('a row that was fixed may be decided on again, as what it has become', () => {
  const first = decision('Noise', 'fix', 'Leak');
  const decisions = standingDecisions([first, decision('Leak', 'drop')]);
  expect(reviewRow(decisions, messages, 'Noise').droppedBy).not.toBeNull();
  expect(reviewRow(decisions, messages, 'Other')).toMatchObject({
    droppedBy: null,
    target: 'Other',
    found: [],
  });
});

test('a fix back to the first target ends there', () => {
  const decisions = standingDecisions([decision('Noise', 'fix', 'Leak'), decision('Leak', 'fix', 'Noise')]);
  const { target, fixes } = reviewRow(decisions, messages, 'Noise');
  expect([target, fixes.length]).toEqual(['Noise', 2]);
});
