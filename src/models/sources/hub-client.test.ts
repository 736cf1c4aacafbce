import { Agent, MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHub } from '../fixtures/local-hub.ts';
import { HubClient, type HubSettings } from './hub-client.ts';

let hub: Awaited<ReturnType<typeof startHub>>;
let agent: Agent;
let waits: number[];
beforeEach(async () => {
  hub = await startHub({});
  agent = new Agent();
  waits = [];
});
afterEach(async () => {
  await agent.destroy();
  await hub.close();
});

const path = 'org/name/resolve/main/x';
function get(changes: Partial<HubSettings> = {}, signal?: AbortSignal): Promise<string> {
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const client = new HubClient({ endpoint: hub.endpoint, token: null, dispatcher: agent, sleep, ...changes });
  return client.get(
    path,
    async () => ({}),
    response => response.body.text(),
    signal,
  );
}
/** Answers with these in turn, and with 200 after them. */
function answer(...answers: (readonly [number, Record<string, string>?])[]) {
  let next = 0;
  hub.settings.intercept = (_request, response) => {
    const [status, headers] = answers[next++] ?? [200];
    response.writeHead(status, headers).end('fine');
    return true;
  };
}

it.each(['hub.example', 'ftp://hub.example', ' '])('an endpoint %s is no web address', async endpoint => {
  await expect(get({ endpoint })).rejects.toMatchObject({ code: 'hub-endpoint-invalid', exitCode: 2 });
  expect(waits).toEqual([]);
});

describe('retries', () => {
  it('waits as long as Retry-After asks, and longer each time where nothing is asked', async () => {
    answer([429, { 'retry-after': '7' }], [503], [500], [502]);
    expect(await get()).toBe('fine');
    expect(waits).toEqual([7_000, 1_000, 2_000, 4_000]);
  });

  it('understands a date in Retry-After, and waits a minute at most', async () => {
    answer(
      [429, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }],
      [429, { 'retry-after': 'Mon, 01 Jan 2001 00:00:00 GMT' }],
    );
    expect(await get()).toBe('fine');
    expect(waits).toEqual([60_000, 0]);
  });

  it('gives up after its attempts, with the last reason', async () => {
    answer([503], [503], [503], [503]);
    await expect(get({ retries: 2 })).rejects.toMatchObject({
      code: 'network-unreachable',
      message: expect.stringContaining('503'),
    });
    expect(hub.seen).toHaveLength(3);
  });

  it('does not repeat what stays so', async () => {
    answer([400]);
    await expect(get()).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(hub.seen).toHaveLength(1);
  });

  it('says that nobody answers', async () => {
    const endpoint = hub.endpoint;
    await hub.close();
    await expect(get({ endpoint, retries: 1 })).rejects.toMatchObject({ code: 'network-unreachable' });
    expect(waits).toEqual([500]);
    hub = await startHub({});
  });

  it('a user who stops it while it waits is told so', async () => {
    answer([503]);
    const controller = new AbortController();
    const sleep = async () => {
      controller.abort();
      throw controller.signal.reason;
    };
    await expect(get({ sleep }, controller.signal)).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('refusals', () => {
  it.each([401, 403])('%d names the licence page and the token', async status => {
    answer([status]);
    await expect(get()).rejects.toMatchObject({
      code: 'hub-access-denied',
      message: expect.stringContaining('anonymous'),
      hint: expect.stringMatching(/\/org\/name .*HF_TOKEN/),
    });
    expect(hub.seen).toHaveLength(1);
  });

  it('never shows the token', async () => {
    answer([403]);
    const error = await get({ token: 'hf_secret' }).catch(reason => reason);
    expect(`${error.message} ${error.hint} ${JSON.stringify(error)}`).not.toContain('hf_secret');
    expect(error.message).toContain('this token');
  });

  it('404 names what is missing', async () => {
    answer([404]);
    await expect(get()).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('org/name'),
    });
  });
});

describe('redirects', () => {
  const redirectTo = (location: string) => answer([302, { location }]);

  it('sends the token to the hub and not to where it redirects', async () => {
    const storage = await startHub({});
    storage.settings.intercept = (_request, response) => {
      response.end('stored');
      return true;
    };
    redirectTo(`${storage.endpoint}/large?signature=1`);
    expect(await get({ token: 'hf_secret' })).toBe('stored');
    expect(hub.seen[0]?.authorization).toBe('Bearer hf_secret');
    expect(storage.seen).toMatchObject([{ url: '/large?signature=1', authorization: undefined }]);
    await storage.close();
  });

  it('keeps the token on the hub itself', async () => {
    redirectTo('/renamed');
    expect(await get({ token: 'hf_secret' })).toBe('fine');
    expect(hub.seen[1]).toMatchObject({ url: '/renamed', authorization: 'Bearer hf_secret' });
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://[broken'])(
    'refuses to go to %s',
    async location => {
      redirectTo(location);
      await expect(get()).rejects.toMatchObject({
        code: 'network-unreachable',
        message: expect.stringContaining('redirects'),
      });
      expect(hub.seen).toHaveLength(1);
    },
  );

  it('ends a circle', async () => {
    hub.settings.intercept = (_request, response) => {
      response.writeHead(307, { location: '/again' }).end();
      return true;
    };
    await expect(get()).rejects.toMatchObject({ message: expect.stringContaining('without end') });
    expect(hub.seen).toHaveLength(6);
  });

  it('does not leave an encrypted connection for an open one', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher
      .get('https://hub.test')
      .intercept({ path: `/${path}` })
      .reply(302, '', { headers: { location: 'http://hub.test/x' } });
    await expect(get({ endpoint: 'https://hub.test', dispatcher })).rejects.toMatchObject({
      message: expect.stringContaining('unencrypted'),
    });
    await dispatcher.close();
  });
});
