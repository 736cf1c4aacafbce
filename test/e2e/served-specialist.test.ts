import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  capturedOf,
  chat,
  createWorkspace,
  type Served,
  startGateway,
  startSpecialistServer,
} from './gateway-process.ts';
import { packSpecialist } from './specialist-folder.ts';

let server: Served;
let gateway: Served;
let workspace: ReturnType<typeof createWorkspace>;
/** Configures this build of the specialist. */
let serveBuild: (folder: string) => void;

beforeAll(async () => {
  server = await startSpecialistServer();
  workspace = createWorkspace({});
  const specialist = await packSpecialist(workspace.dir, {
    instruction: 'Name the fault.',
    datasetHash: 'd'.repeat(64),
  });
  const upstream = { baseUrl: `${server.url}/v1`, allowPrivate: true, maxRetries: 0 };
  const servedBy = [{ upstream: 'gpu', model: 'triage' }];
  serveBuild = build =>
    workspace.write({
      upstreams: { gpu: upstream, cloud: upstream },
      aliases: {
        triage: { kind: 'specialist', specialist: build, servedBy },
        beside: {
          kind: 'cascade',
          specialist,
          servedBy,
          large: [{ upstream: 'cloud', model: 'large' }],
          mode: 'shadow',
        },
      },
      limits: { servedSequences: 1, queue: 0, deadlineMs: 8_000 },
    });
  serveBuild(specialist);
  gateway = await startGateway(workspace.dir);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), server?.stop()]);
  workspace?.remove();
});

const ask = (content: string, more: object = {}, init: RequestInit = {}) =>
  chat(gateway.url, { model: 'triage', messages: [{ role: 'user', content }], ...more }, init);
const inFlight = async (count: number) =>
  expect
    .poll(async () => await (await fetch(`${gateway.url}/metrics`)).text(), { timeout: 20_000 })
    .toContain(`in_flight ${count}`);

describe('a specialist that a model server runs', () => {
  it('answers labels and the JSON that was asked for, with what its server says of its tokens', async () => {
    const response_format = { type: 'json_object' };
    const response = await ask('oil drips', { logprobs: true, top_logprobs: 1, response_format });
    const { choices } = (await response.json()) as {
      choices: { message: { content: string }; logprobs: { content: { token: string }[] } }[];
    };
    expect(choices[0]!.message.content).toBe('{"label":"Leaking"}');
    expect(choices[0]!.logprobs.content[0]).toMatchObject({ token: 'Leaking', top_logprobs: [{}] });
    const streamed = await (await ask('oil drips', { stream: true, logprobs: true })).text();
    expect(streamed).toContain('"token":"Leaking"');
    expect(streamed.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('names in a header what had no effect, and nothing where all had', async () => {
    const response = await ask('oil drips', { top_p: 0.5, reasoning_effort: 'low', n: 1 });
    expect(response.headers.get('x-stepdown-ignored')).toBe('top_p, reasoning_effort');
    expect((await ask('oil drips', { top_p: 1 })).headers.get('x-stepdown-ignored')).toBeNull();
  });

  it('answers one request more than it may with 429 and a time to come back, and is free when the deadline ends one; metrics show it', async () => {
    const hanging = ask('hang');
    await inFlight(1);
    // One place for each of two aliases; the gateway's own models are idle.
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    const figures = (engine: string) =>
      ['sequences', 'sequences_active', 'queue_waiting'].map(name =>
        Number(new RegExp(`^stepdown_${name}\\{engine="${engine}"\\} (\\d+)$`, 'm').exec(metrics)?.[1]),
      );
    expect(figures('triage-[0-9a-f]{8}')).toEqual([2, 1, 0]);
    expect(figures('local')).toEqual([8, 0, 0]);
    expect(metrics).not.toContain('engine="unknown"');
    const refused = await ask('oil drips');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: 'queue-full' } });
    const late = await hanging;
    expect({ status: late.status, body: await late.json() }).toMatchObject({
      status: 504,
      body: { error: { code: 'deadline-passed' } },
    });
    expect((await ask('oil drips')).status).toBe(200);
  });

  it('is free again as soon as a client leaves', async () => {
    const controller = new AbortController();
    const leaving = ask('hang', {}, { signal: controller.signal }).catch(() => null);
    await inFlight(1);
    controller.abort();
    await leaving;
    await inFlight(0);
    expect((await ask('oil drips')).status).toBe(200);
  });

  it('is in the captures with its route, and so is the large model beside which it was asked', async () => {
    const local = await ask('oil drips from route one');
    const large = await ask('oil drips from route two', { model: 'beside' });
    await Promise.all([local.text(), large.text()]);
    expect(large.headers.get('x-stepdown-route')).toBe('large');
    const captured = capturedOf(workspace.dir, local);
    expect(captured).toMatchObject({ route: 'local', reason: null, answer: 'Leaking' });
    expect(captured['servedBy']).toBe(local.headers.get('x-stepdown-served-by'));
    expect(capturedOf(workspace.dir, large)).toMatchObject({
      route: 'large',
      servedBy: 'cloud',
      answer: 'large: Leaking',
    });
  });

  it('is swapped for another build without a restart, and without failing a request in flight', async () => {
    const before = await ask('oil drips');
    const held = ask('oil drips, held');
    await inFlight(1);
    const next = await packSpecialist(workspace.dir, {
      instruction: 'Say what is broken.',
      datasetHash: 'd'.repeat(64),
    });
    serveBuild(next);
    const reload = await fetch(`${gateway.url}/admin/reload`, { method: 'POST' });
    expect(reload.status).toBe(200);
    const build = (response: Response) => response.headers.get('x-stepdown-served-by');
    // The new build has a place of its own while the old one still answers.
    const after = await ask('oil drips');
    expect(after.status).toBe(200);
    expect(build(after)).not.toBe(build(before));
    await fetch(`${server.url}/release`, { method: 'POST' });
    const answered = await held;
    expect({ status: answered.status, build: build(answered) }).toEqual({
      status: 200,
      build: build(before),
    });
    // Its queue goes with it: one place is left for each of two aliases, one of either build.
    const metrics = async () => await (await fetch(`${gateway.url}/metrics`)).text();
    await expect
      .poll(async () => (await metrics()).match(/^stepdown_sequences\{engine="triage-\w+"\} 1$/gm)?.length)
      .toBe(2);
  });
});
