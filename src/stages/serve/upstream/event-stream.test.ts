import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { EventStream } from './event-stream.ts';
import type { StreamedAnswer } from './read-answer.ts';

const delta = (content: string, index = 0) =>
  `data: ${JSON.stringify({ choices: [{ index, delta: { content }, finish_reason: null }] })}\n\n`;
const stop = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const usage =
  'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}\n\n';
const done = 'data: [DONE]\n\n';

async function* chunksOf(parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

/** What a client gets, in pieces, and what is recorded. */
async function pass(parts: readonly (string | Uint8Array)[], hideUsage = false) {
  let answer: StreamedAnswer | null = null;
  const stream = new EventStream(chunksOf(parts), 'a', hideUsage, read => {
    answer = read;
  });
  const pieces: string[] = [];
  let code: string | null = null;
  try {
    for await (const chunk of stream) pieces.push(Buffer.from(chunk).toString('utf8'));
  } catch (error) {
    code = (error as { code: string }).code;
  }
  return { pieces, text: pieces.join(''), code, answer: answer as StreamedAnswer | null };
}

describe('a stream of events', () => {
  it.each([
    [false, stop],
    [true, stop.replace('"stop"', '"length"')],
    [false, stop.replace('"stop"', '"length"').replace('"index":0', '"index":1')],
    [false, 'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n'],
    [true, 'data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"}}\n\n'],
  ])('tells whether its first answer ended at a limit of tokens: %s', async (cutOff, end) => {
    const { answer } = await pass([delta('one'), delta('two', 1), end, done]);
    expect(answer!.cutOff).toBe(cutOff);
  });

  it('is passed on byte for byte and in whole events, however it is cut', async () => {
    const all = Buffer.from(`: hello\n\n${delta('größe ')}${delta('二')}${stop}${usage}${done}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(all.length)), async cuts => {
        const at = [0, ...cuts.sort((a, b) => a - b), all.length];
        const parts = at.slice(1).map((end, index) => all.subarray(at[index], end));
        const { pieces, text, code, answer } = await pass(parts);
        expect(text).toBe(all.toString('utf8'));
        expect(pieces.every(piece => piece.endsWith('\n\n'))).toBe(true);
        expect(code).toBeNull();
        expect(answer).toMatchObject({
          text: 'größe 二',
          usage: { promptTokens: 7, completionTokens: 2, cachedTokens: 4 },
        });
      }),
    );
  });

  it('hides the event that only counts tokens, where the client did not ask for it', async () => {
    for (const parts of [[delta('a'), stop, usage, done], [`${delta('a')}${stop}${usage}${done}`]]) {
      const { text, answer } = await pass(parts, true);
      expect(text).toBe(`${delta('a')}${stop}${done}`);
      expect(answer?.usage?.promptTokens).toBe(7);
    }
  });

  it('reads events that end their lines as Windows does', async () => {
    const parts = [`${delta('a')}${stop}${done}`.replaceAll('\n', '\r\n')];
    const { text, answer } = await pass(parts);
    expect(text).toBe(parts[0]);
    expect(answer?.text).toBe('a');
  });

  it('records the first choice only', async () => {
    const { answer } = await pass([delta('a'), delta('other', 1), delta('b'), stop, done]);
    expect(answer?.text).toBe('ab');
  });

  it('never gives out half an event', async () => {
    const { text, code } = await pass([delta('a'), 'data: {"choices":[{"ind']);
    expect({ text, code }).toEqual({ text: delta('a'), code: 'upstream-invalid-answer' });
  });

  it('is an error where it ends before the answer does', async () => {
    const { text, code } = await pass([delta('a')]);
    expect({ text, code }).toEqual({ text: delta('a'), code: 'upstream-invalid-answer' });
  });

  it('is an error where an event holds no JSON', async () => {
    const { text, code } = await pass([delta('a'), 'data: {oops}\n\n']);
    expect({ text, code }).toEqual({ text: delta('a'), code: 'upstream-invalid-answer' });
  });

  it('is an error where an event says so, of which only the kind is repeated', async () => {
    const failed = (error: unknown, more: object = {}) => `data: ${JSON.stringify({ error, ...more })}\n\n`;
    const secret = 'bad key sk-upstream-secret';
    for (const [event, kind] of [
      [failed({ message: secret, type: 'server_error', code: 500 }), 'server_error'],
      [failed({ message: secret }, { type: 'error' }), 'error'],
      [failed(secret), 'error'],
    ] as const) {
      const stream = new EventStream(chunksOf([delta('half'), event, done]), 'a', false, () => {});
      expect(Buffer.from((await stream.next()).value).toString()).toBe(delta('half'));
      await expect(stream.next()).rejects.toMatchObject({
        code: 'upstream-unavailable',
        message: `a broke off its answer (${kind})`,
      });
    }
    const together = await pass([`${delta('half')}${failed(secret)}${done}`]);
    expect(together).toMatchObject({ text: delta('half'), code: 'upstream-unavailable' });
    expect((await pass([failed(null, { choices: [] }), delta('a'), stop, done])).answer?.text).toBe('a');
  });

  it('is an error where an event does not end', async () => {
    const block = Buffer.alloc(1 << 20, 0x61);
    const { code } = await pass(['data: "', block, block, block, block, block]);
    expect(code).toBe('upstream-invalid-answer');
  });

  it('keeps what was read where the server breaks', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(delta('a'));
      throw new Error('reset');
    }
    let read: StreamedAnswer | null = null;
    const stream = new EventStream(breaking(), 'a', false, answer => {
      read = answer;
    });
    await stream.next();
    await expect(stream.next()).rejects.toThrow('reset');
    expect(read).toMatchObject({ text: 'a' });
  });

  it('is whole with its last event, however the connection ends after it', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${delta('a')}${stop}${done}`);
      throw new Error('reset');
    }
    async function* open(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${delta('a')}${stop}${done}`);
      await new Promise(() => {});
    }
    for (const source of [broken(), open()]) {
      let read: StreamedAnswer | null = null;
      const stream = new EventStream(source, 'a', false, answer => {
        read = answer;
      });
      expect((await stream.next()).done).toBe(false);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const last = stream.next();
      await vi.advanceTimersByTimeAsync(1_000);
      vi.useRealTimers();
      expect(await last).toEqual({ done: true, value: undefined });
      expect(read).toMatchObject({ text: 'a', complete: true });
    }
  });

  it('knows how much was written in all choices, also in calls and in thoughts', async () => {
    const event = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
    const calls = { tool_calls: [{ index: 0, id: 'call', type: 'function', function: { arguments: 'ö' } }] };
    const { answer } = await pass([
      delta('abc'),
      delta('de', 1),
      event({ delta: { role: 'assistant', reasoning_content: 'fghi' } }),
      event({ delta: calls }),
      event({ text: 'jk' }),
      stop,
    ]);
    expect(answer?.bytes).toBe(3 + 2 + 4 + 2 + 2);
    // What nests without end is no answer of a model, and no reason to fail.
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const nested = await pass([`data: {"choices":[{"index":0,"delta":{"extra":${deep}}}]}\n\n`, stop, done]);
    expect([nested.code, nested.answer?.bytes]).toEqual([null, 0]);
  });

  it('reads Anthropic’s events', async () => {
    const event = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
    const { answer, code } = await pass([
      event({ type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } } as never),
      event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'bon' } } as never),
      event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'jour' } } as never),
      event({ type: 'message_delta', usage: { output_tokens: 12 } } as never),
      event({ type: 'message_stop' }),
    ]);
    expect(code).toBeNull();
    expect(answer).toMatchObject({
      text: 'bonjour',
      usage: { promptTokens: 9, completionTokens: 12, cachedTokens: 0 },
    });
  });
});
