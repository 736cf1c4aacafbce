import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, createWorkspace, type Served, startGateway, startUpstream } from './gateway-process.ts';

const program = join(import.meta.dirname, '../../dist/cli/main.js');
let upstream: Served;
let gateway: Served;
let workspace: ReturnType<typeof createWorkspace>;

/** Runs `stepdown keys`. */
function keys(...words: string[]) {
  const argv = [program, 'keys', ...words, '--config', join(workspace.dir, 'stepdown.yaml'), '--json'];
  const environment = { ...process.env, DATABASE_URL: '' };
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', env: environment }));
}

beforeAll(async () => {
  upstream = await startUpstream();
  workspace = createWorkspace({
    // A dollar for a thousand tokens.
    upstreams: {
      big: { baseUrl: `${upstream.url}/v1`, allowPrivate: true, price: { input: 1000, output: 1000 } },
    },
    aliases: Object.fromEntries(
      ['slow', 'hang', 'calls'].map(alias => [alias, { kind: 'upstream', targets: [{ upstream: 'big' }] }]),
    ),
  });
  gateway = await startGateway(workspace.dir);
}, 60_000);

afterAll(async () => {
  await Promise.all([gateway?.stop(), upstream?.stop()]);
  workspace?.remove();
});

describe('before there is a key, a gateway on this machine', () => {
  it('refuses other names for it, and no longer once there is a key that is sent', async () => {
    const asked = async (headers: Record<string, string>) => {
      const { port } = new URL(gateway.url);
      const head = Object.entries({ host: 'llm.example.com', connection: 'close', ...headers });
      const text = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      return new Promise<string>(resolve => {
        let answer = '';
        const socket = connect(Number(port), '127.0.0.1', () =>
          socket.write(`GET /v1/models HTTP/1.1\r\n${text}\r\n`),
        );
        socket.setEncoding('latin1').on('data', chunk => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer.slice(0, 'HTTP/1.1 200'.length)));
      });
    };
    expect(await asked({})).toBe('HTTP/1.1 403');
    const { key } = keys('create', '--name', 'first');
    await expect.poll(() => asked({ authorization: `Bearer ${key}` })).toBe('HTTP/1.1 200');
    expect(await asked({})).toBe('HTTP/1.1 401');
  });
});

describe('a budget of money', () => {
  /** What a new key has used after one request, once that is booked. */
  async function usedBy(request: (key: string) => Promise<void>) {
    const { id, key } = keys('create', '--name', 'shop', '--budget-usd', '100');
    await request(key);
    const used = () =>
      (keys('list').keys as { id: string; used: { total: { tokens: number; costUsd: number } } }[]).find(
        one => one.id === id,
      )!.used.total;
    // What was set aside for the request is given back when it is booked.
    await expect.poll(() => used().costUsd, { timeout: 15_000 }).not.toBe(0.25);
    return used();
  }

  async function left(key: string, model: string, after: 'first piece' | 'request') {
    const controller = new AbortController();
    const answering = chat(
      gateway.url,
      { model, stream: after === 'first piece' },
      { signal: controller.signal, headers: { authorization: `Bearer ${key}` } },
    );
    if (after === 'first piece') await (await answering).body!.getReader().read();
    else {
      const seen = async () =>
        ((await (await fetch(`${upstream.url}/seen`)).json()) as { text: string }[]).some(({ text }) =>
          text.includes(`"${model}"`),
        );
      await expect.poll(seen).toBe(true);
    }
    controller.abort();
    await answering.catch(() => {});
  }

  it('is charged for a stream whose client leaves before the tokens are counted', async () => {
    const { tokens, costUsd } = await usedBy(key => left(key, 'slow', 'first piece'));
    expect(tokens).toBeGreaterThan(10);
    expect(costUsd).toBeCloseTo(tokens / 1000, 9);
  });

  it('is charged for what was asked where the client leaves before the answer', async () => {
    const { costUsd } = await usedBy(key => left(key, 'hang', 'request'));
    expect(costUsd).toBeGreaterThan(0.01);
  });

  it.each([false, true])('is charged for calls that a server does not count (stream: %s)', async stream => {
    const { tokens, costUsd } = await usedBy(async key => {
      const init = { headers: { authorization: `Bearer ${key}` } };
      await (await chat(gateway.url, { model: 'calls', stream }, init)).text();
    });
    // The arguments of the call are 4,000 bytes long.
    expect(tokens).toBeGreaterThan(1_000);
    expect(costUsd).toBeCloseTo(tokens / 1000, 9);
  });
});

it.each(['chat/completions', 'feedback'])('to %s a body is not read of who has no key', async path => {
  const { port } = new URL(gateway.url);
  const answer = await new Promise<string>(resolve => {
    // The body never comes.
    const head = `POST /v1/${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(head));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      socket.destroy();
      resolve(chunk);
    });
  });
  expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 401 Unauthorized');
});
