import { expect, test } from 'vitest';
import { captureOf } from './capture-of.ts';
import { DataRequest } from './request/data-request.ts';

function messagesOf(path: string, body: Record<string, unknown>) {
  const request = new DataRequest(path, {}, 60_000);
  request.finish();
  request.body = body;
  return captureOf(request, { alias: 'a', keyId: null, status: 200, errorCode: null }, null).messages;
}

test('a request is captured with its conversation as rows have it, and says where it held something else than text', () => {
  const parts = [
    { type: 'text', text: 'What is ' },
    { type: 'image_url', image_url: { url: 'data:' } },
    { type: 'text', text: '?' },
  ];
  expect(messagesOf('chat/completions', { messages: [{ role: 'user', content: parts }] })).toEqual([
    { role: 'user', content: 'What is [image_url]?' },
  ]);
  expect(
    messagesOf('messages', { system: 'Be brief.', messages: [{ role: 'user', content: 'hi' }] }),
  ).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
  ]);
  expect(messagesOf('completions', { prompt: ['one', 'two'] })).toHaveLength(2);
  expect(messagesOf('embeddings', { input: 'one' })).toBeNull();
});
