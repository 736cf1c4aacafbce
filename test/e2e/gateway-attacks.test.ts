import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, createWorkspace, type Served, startGateway, startUpstream } from './gateway-process.ts';

let upstream: Served;
let gateway: Served;
let workspace: ReturnType<typeof createWorkspace>;
/** Something private that nobody may be led to. */
let trap: Server;
let trapped = 0;

beforeAll(async () => {
  upstream = await startUpstream();
  const server = { baseUrl: `${upstream.url}/v1`, allowPrivate: true, timeoutMs: 60_000 };
  workspace = createWorkspace({
    upstreams: { big: server },
    aliases: Object.fromEntries(
      ['gpt', 'long'].map(alias => [alias, { kind: 'upstream', targets: [{ upstream: 'big' }] }]),
    ),
    limits: { maxBodyBytes: 1 << 20 },
  });
  gateway = await startGateway(workspace.dir);
  trap = createServer((_request, response) => {
    trapped += 1;
    response.end('secret');
  });
  await new Promise<void>(listening => trap.listen(0, '127.0.0.1', listening));
});

afterAll(async () => {
  trap?.close();
  await Promise.all([gateway?.stop(), upstream?.stop()]);
  workspace?.remove();
});

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    body: body as NonNullable<RequestInit['body']>,
    headers: { 'content-type': 'application/json', ...headers },
  });
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, code: error.code };
}

/** Sends bytes as they are, and gives everything that comes back until the connection ends. */
function raw(text: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise(resolve => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

describe('a hostile request', () => {
  it('of 100,000 levels of JSON is refused', async () => {
    const deep = `{"model":"gpt","messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(await post(deep)).toEqual({ status: 400, code: 'json-too-deep' });
  });

  it('with a key twice, bad UTF-8 or no JSON is refused', async () => {
    expect(await post('{"model":"gpt","model":"long"}')).toEqual({ status: 400, code: 'duplicate-key' });
    expect(await post(Buffer.from('{"model":"\xff"}', 'latin1'))).toEqual({
      status: 400,
      code: 'invalid-utf8',
    });
    expect(await post('{"model":')).toEqual({ status: 400, code: 'invalid-json' });
    expect(await post('[]')).toEqual({ status: 400, code: 'body-not-object' });
    expect(await post('{}')).toEqual({ status: 400, code: 'model-missing' });
    expect(await post('{"model":"nobody"}')).toEqual({ status: 404, code: 'model-not-found' });
    expect(await post('{"model":"gpt"}', { 'content-type': 'text/plain' })).toEqual({
      status: 415,
      code: 'content-type-unsupported',
    });
    expect(await post('{"model":"gpt"}', { 'content-encoding': 'gzip' })).toEqual({
      status: 415,
      code: 'content-encoding-unsupported',
    });
  });

  it('that is too large is refused, also where it does not say how large it is', async () => {
    const large = `{"model":"gpt","x":"${'x'.repeat(2 << 20)}"}`;
    expect(await post(large)).toEqual({ status: 413, code: 'body-too-large' });
    const status = await new Promise(resolve => {
      const sending = httpRequest(
        `${gateway.url}/v1/chat/completions`,
        { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
        response => resolve(response.resume().statusCode),
      );
      sending.on('error', () => {});
      sending.write(large);
    });
    expect(status).toBe(413);
  });

  it('with huge headers is answered 431 in the error shape', async () => {
    const answer = await raw(
      `GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'x'.repeat(64 << 10)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!).error.code).toBe('headers-too-large');
  });

  it('that is no HTTP is answered 400 in the error shape', async () => {
    const answer = await raw('NONSENSE\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!).error.code).toBe('request-malformed');
  });

  it('without a host, or with an expectation that nobody knows, is answered in the error shape', async () => {
    for (const [head, status, code] of [
      ['', 400, 'request-malformed'],
      ['host: localhost\r\nexpect: the-unexpected\r\n', 417, 'expectation-failed'],
    ] as const) {
      const answer = await raw(`GET /healthz HTTP/1.1\r\nconnection: close\r\n${head}\r\n`);
      expect(answer).toContain(`HTTP/1.1 ${status} `);
      expect(JSON.parse(answer.split('\r\n\r\n')[1]!).error.code).toBe(code);
    }
  });

  it('that never ends its head is cut off', async () => {
    expect(await raw('POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  it('to an unknown route or with another method is told so', async () => {
    const unknown = await fetch(`${gateway.url}/v1/nothing`);
    expect({ status: unknown.status, body: await unknown.json() }).toMatchObject({
      status: 404,
      body: { error: { code: 'route-unknown' } },
    });
    const wrong = await fetch(`${gateway.url}/v1/chat/completions`);
    expect({ status: wrong.status, allow: wrong.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'POST',
    });
  });

  it('through a page of another site, or by another name for this machine, is refused', async () => {
    expect(await post('{"model":"gpt"}', { origin: 'https://example.com' })).toEqual({
      status: 403,
      code: 'host-refused',
    });
    const rebound = await raw(
      'GET /v1/models HTTP/1.1\r\nhost: rebound.example.com\r\nconnection: close\r\n\r\n',
    );
    expect(rebound).toMatch(/^HTTP\/1.1 403 /);
  });

  it('is never a reason to fetch a URL that it carries', async () => {
    const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/latest/meta-data`;
    const response = await chat(gateway.url, {
      model: 'gpt',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url } },
            { type: 'file', file: { file_url: url } },
            { type: 'text', text: url },
          ],
        },
      ],
      webhook: url,
    });
    expect(response.status).toBe(200);
    expect(trapped).toBe(0);
  });
});

describe('a client', () => {
  it('that reads slowly holds the server back instead of filling the gateway’s memory', async () => {
    const memory = async () => {
      const status = await import('node:fs/promises').then(files =>
        files.readFile(`/proc/${gateway.child.pid}/status`, 'utf8'),
      );
      return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
    };
    const before = await memory();
    const slow = await Promise.all(
      Array.from(
        { length: 8 },
        () =>
          new Promise<import('node:http').IncomingMessage>(resolve => {
            const sending = httpRequest(
              `${gateway.url}/v1/chat/completions`,
              { method: 'POST', headers: { 'content-type': 'application/json' } },
              response => resolve(response.pause()),
            );
            sending.on('error', () => {});
            sending.end('{"model":"long","stream":true,"messages":[]}');
          }),
      ),
    );
    // 8 × 25 MB are on their way; another request shows that the gateway turns meanwhile.
    for (let times = 0; times < 5; times += 1)
      expect((await chat(gateway.url, { model: 'gpt' })).status).toBe(200);
    expect((await memory()) - before).toBeLessThan(120 << 20);
    for (const response of slow) response.destroy();
  });

  it('that leaves ends its request at the server at once', async () => {
    const controller = new AbortController();
    const response = await chat(gateway.url, { model: 'long', stream: true }, { signal: controller.signal });
    await response.body!.getReader().read();
    controller.abort();
    const inFlight = async () => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/^stepdown_requests_in_flight (\d+)$/m.exec(text)?.[1]);
    };
    await expect.poll(inFlight, { timeout: 60_000 }).toBe(0);
  });
});
