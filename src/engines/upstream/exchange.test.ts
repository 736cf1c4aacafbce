import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exchange, type WireRequest } from './exchange.ts';

let server: Server;
let agent: Agent;
let respond: (response: ServerResponse) => void;
beforeEach(async () => {
  agent = new Agent();
  server = createServer((request, response) => {
    request.resume();
    respond(response);
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await agent.destroy();
});

function send(options: Partial<WireRequest> = {}) {
  return exchange(agent, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'a', {
    method: 'POST',
    path: '/',
    headers: [],
    body: '{}',
    signal: null,
    timeoutMs: 60_000,
    maxBytes: 1 << 30,
    ...options,
  });
}

describe('one request and its answer', () => {
  it('holds a server back while nobody reads, and gets everything in order afterwards', async () => {
    const blocks = 400;
    let written = 0;
    respond = async response => {
      response.on('error', () => {});
      for (; written < blocks; written += 1) {
        if (!response.write(Buffer.alloc(64 << 10, written % 256))) {
          await new Promise(drained => response.once('drain', drained));
        }
      }
      response.end();
    };
    const { body } = await send();
    const first = await body.next();
    // The sockets’ own buffers hold some megabytes, never all of the 25.
    await expect
      .poll(async () => {
        const before = written;
        await new Promise(turn => setImmediate(turn));
        return written === before;
      })
      .toBe(true);
    expect(written).toBeLessThan(blocks);
    let bytes = (first.value as Uint8Array).length;
    for await (const chunk of body) {
      expect(chunk[0]).toBe(Math.floor(bytes / (64 << 10)) % 256);
      bytes += chunk.length;
    }
    expect(bytes).toBe(blocks * (64 << 10));
  });

  it('ends with an error where the answer is too long', async () => {
    respond = response => response.end(Buffer.alloc(100_000));
    const { body } = await send({ maxBytes: 50_000 });
    const read = async () => {
      for await (const chunk of body) expect(chunk.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({ code: 'upstream-invalid-answer' });
  });

  it('is cancelled before and after its head', async () => {
    const controller = new AbortController();
    respond = response => response.writeHead(200).write('x');
    const { body } = await send({ signal: controller.signal });
    await body.next();
    const next = body.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ code: 'request-cancelled' });
    await expect(send({ signal: controller.signal })).rejects.toMatchObject({ code: 'request-cancelled' });
  });

  it('closes the connection where the reader leaves, which is no fault of the server', async () => {
    let left = false;
    const broken: Error[] = [];
    respond = response => {
      response.on('close', () => {
        left = true;
      });
      response.writeHead(200).write('x');
    };
    const { body } = await send({ onBroken: error => broken.push(error) });
    await body.return();
    await expect.poll(() => left).toBe(true);
    expect(broken).toEqual([]);
  });

  it('blames the server for silence, and not for a reader that is slow', async () => {
    respond = response => response.writeHead(200).write('x');
    for (const waits of [true, false]) {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const broken: Error[] = [];
      const { body } = await send({ timeoutMs: 60_000, onBroken: error => broken.push(error) });
      await body.next();
      const next = waits ? body.next() : null;
      const outcome = next?.catch((error: unknown) => error);
      vi.advanceTimersByTime(60_000);
      vi.useRealTimers();
      if (outcome !== undefined) expect(await outcome).toMatchObject({ code: 'upstream-timeout' });
      else await expect(body.next()).rejects.toMatchObject({ code: 'upstream-timeout' });
      expect(broken).toHaveLength(waits ? 1 : 0);
    }
  });
});
