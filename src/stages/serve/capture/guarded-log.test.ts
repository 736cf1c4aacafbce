import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Capture, CaptureLog, ContentPolicy, Feedback } from '../../../core/capture.ts';
import { createRedactor } from '../../../redaction/redactor.ts';
import { maxContentLength } from './content-keeper.ts';
import { guardedCaptureLog } from './guarded-log.ts';
import { requestMessages } from './request-messages.ts';

function guarded(policy: ContentPolicy) {
  const written: (Capture | Feedback)[] = [];
  const log: CaptureLog = {
    append: async capture => {
      written.push(capture);
    },
    addFeedback: async feedback => {
      written.push(feedback);
      return true;
    },
    state: () => ({ written: 0, failed: 0, lost: 0, waiting: 0, lastFailure: null }),
    close: async () => {},
  };
  const guard = guardedCaptureLog(log, {
    policyOf: () => policy,
    redactor: createRedactor(),
    aliasOf: async id => (id === 'known' ? 'triage' : null),
  });
  return { guard, written };
}

const capture = {
  id: 'known',
  alias: 'triage',
  messages: [{ role: 'user', content: 'mail a@b.co' }],
  answer: 'wrote to a@b.co',
  localAnswer: 'c@d.co',
  largeAnswer: null,
} as unknown as Capture;

describe('the content policy', () => {
  it('keeps everything under full', async () => {
    const { guard, written } = guarded('full');
    await guard.append(capture);
    expect(written).toEqual([capture]);
  });

  it('keeps placeholders under redacted, the same for a value in question and answer', async () => {
    const { guard, written } = guarded('redacted');
    await guard.append(capture);
    expect(written).toMatchObject([
      { messages: [{ content: 'mail [EMAIL_1]' }], answer: 'wrote to [EMAIL_1]', localAnswer: '[EMAIL_2]' },
    ]);
  });

  it('keeps no content under none', async () => {
    const { guard, written } = guarded('none');
    await guard.append(capture);
    await guard.addFeedback({ captureId: 'known', at: 1, correctAnswer: 'secret', rating: 1 });
    expect(written).toMatchObject([
      { id: 'known', messages: null, answer: null, localAnswer: null, largeAnswer: null },
      { correctAnswer: null, rating: 1 },
    ]);
  });

  it('holds for feedback too, and refuses feedback on nothing', async () => {
    const { guard, written } = guarded('redacted');
    const feedback = { at: 1, correctAnswer: 'mail a@b.co', rating: null };
    expect(await guard.addFeedback({ ...feedback, captureId: 'known' })).toBe(true);
    expect(await guard.addFeedback({ ...feedback, captureId: 'unknown' })).toBe(false);
    expect(written).toMatchObject([{ correctAnswer: 'mail [EMAIL_1]' }]);
  });

  it('bounds what one capture may take, and keeps the answer of a long conversation', async () => {
    const { guard, written } = guarded('full');
    await guard.append({ ...capture, messages: [{ role: 'user', content: 'x'.repeat(3 << 20) }] });
    const [kept] = written as Capture[];
    expect(kept?.answer).toBe('wrote to a@b.co');
    expect(kept?.messages?.[0]?.content.length).toBeLessThan(maxContentLength + 40);
    expect(kept?.messages?.[0]?.content).toMatch(/\[\d+ characters left out\]$/);
  });
});

describe('the conversation of a request', () => {
  it.each<[string, string, object, unknown]>([
    [
      'a chat with parts',
      'chat/completions',
      {
        messages: [
          { role: 'developer', content: 'be brief' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'what is ' },
              { type: 'image_url', image_url: {} },
            ],
          },
          { role: 'assistant', content: null, tool_calls: [{ id: 't' }] },
          { role: 'tool', content: '42', tool_call_id: 't' },
        ],
      },
      [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'what is [image_url]' },
        { role: 'assistant', content: '[{"id":"t"}]' },
        { role: 'tool', content: '42' },
      ],
    ],
    [
      'a completion',
      'completions',
      { prompt: ['a', 'b'] },
      [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    ],
    [
      'Anthropic’s messages',
      'messages',
      {
        system: [{ type: 'text', text: 's' }],
        messages: [{ role: 'user', content: [{ type: 'tool_result', content: 'r' }] }],
      },
      [
        { role: 'system', content: 's' },
        { role: 'user', content: 'r' },
      ],
    ],
    ['embeddings, which hold none', 'embeddings', { input: 'text' }, null],
    ['a body that is nonsense', 'chat/completions', { messages: [1, null, { role: 'x' }] }, null],
  ])('is read from %s', (_what, path, body, expected) => {
    expect(requestMessages(path, body as Record<string, unknown>)).toEqual(expected);
  });

  it('is read from any JSON without failing', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('chat/completions', 'messages', 'completions'),
        (value, path) => {
          requestMessages(path, { messages: value, prompt: value, system: value });
        },
      ),
    );
  });
});
