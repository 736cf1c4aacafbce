import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chat, createWorkspace, type Served, startGateway, startUpstream } from './gateway-process.ts';

let upstream: Served;
const open: Served[] = [];
const workspaces: ReturnType<typeof createWorkspace>[] = [];

beforeAll(async () => {
  upstream = await startUpstream();
});
afterAll(() => upstream?.stop());
afterEach(async () => {
  await Promise.all(
    open.splice(0).map(({ child, stop }) => (child.exitCode === null ? stop('SIGKILL') : null)),
  );
  for (const workspace of workspaces.splice(0)) workspace.remove();
});

const configOf = (...aliases: string[]) => ({
  upstreams: { big: { baseUrl: `${upstream.url}/v1`, allowPrivate: true } },
  aliases: Object.fromEntries(
    aliases.map(alias => [alias, { kind: 'upstream', targets: [{ upstream: 'big' }] }]),
  ),
});

async function gatewayOf(config: object, argv: readonly string[] = []) {
  const workspace = createWorkspace(config);
  workspaces.push(workspace);
  const gateway = await startGateway(workspace.dir, { argv });
  open.push(gateway);
  return { gateway, workspace };
}

const statusOf = async (url: string, model: string) => (await chat(url, { model })).status;

describe('a gateway', () => {
  it('swaps its aliases without failing a request in flight', async () => {
    const { gateway, workspace } = await gatewayOf(configOf('slow', 'before'));
    const { url } = gateway;
    const inFlight = chat(url, { model: 'slow', stream: true }).then(response => response.text());
    const steady = Promise.all(Array.from({ length: 40 }, () => statusOf(url, 'before')));
    await steady;
    workspace.write(configOf('after'));
    gateway.child.kill('SIGHUP');
    await expect.poll(() => statusOf(url, 'after'), { timeout: 20_000 }).toBe(200);
    expect(await statusOf(url, 'before')).toBe(404);
    expect((await inFlight).endsWith('data: [DONE]\n\n')).toBe(true);

    // A configuration that is wrong changes nothing.
    workspace.write({ ...configOf('next'), upstreams: {} });
    const reload = await fetch(`${url}/admin/reload`, { method: 'POST' });
    expect({ status: reload.status, body: await reload.json() }).toMatchObject({
      status: 400,
      body: { error: { code: 'upstream-unknown' } },
    });
    expect(await statusOf(url, 'after')).toBe(200);
    workspace.write(configOf('next'));
    const again = await fetch(`${url}/admin/reload`, { method: 'POST' });
    expect(await again.json()).toEqual({ aliases: ['next'] });
    expect(await statusOf(url, 'next')).toBe(200);
  });

  it('answers what is open before it ends, and says at once that it is not ready', async () => {
    const { gateway } = await gatewayOf(configOf('slow', 'gpt'));
    const { url } = gateway;
    const response = await chat(url, { model: 'slow', stream: true });
    const ended = gateway.stop('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    expect(await statusOf(url, 'gpt')).toBe(503);
    const text = await response.text();
    expect(text.match(/"content"/g)).toHaveLength(20);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('cuts what takes longer than it may when it ends', async () => {
    const { gateway } = await gatewayOf({ ...configOf('hang'), limits: { drainMs: 300 } });
    const hanging = chat(gateway.url, { model: 'hang' }).catch(() => null);
    await expect
      .poll(async () => (await (await fetch(`${gateway.url}/metrics`)).text()).includes('in_flight 1'))
      .toBe(true);
    expect(await gateway.stop('SIGTERM')).toBe(0);
    await hanging;
  });

  it('tells in its log and its metrics that an upstream was taken out of use', async () => {
    const { gateway } = await gatewayOf({
      upstreams: { gone: { baseUrl: 'http://127.0.0.1:9/v1', allowPrivate: true, maxRetries: 0 } },
      aliases: { gpt: { kind: 'upstream', targets: [{ upstream: 'gone' }] } },
    });
    for (let request = 0; request < 5; request++) expect(await statusOf(gateway.url, 'gpt')).toBe(502);
    expect(await statusOf(gateway.url, 'gpt')).toBe(503);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('stepdown_upstream_breaker_opened_total{upstream="gone"} 1');
    expect(metrics).toContain('stepdown_upstream_breaker_state{upstream="gone",state="open"} 1');
    expect(gateway.log()).toMatch(/"level":"warn","message":"breaker","upstream":"gone","state":"open"/);
  });

  it('refuses to listen for others without keys', async () => {
    const workspace = createWorkspace(configOf('gpt'));
    workspaces.push(workspace);
    await expect(startGateway(workspace.dir, { argv: ['--host', '0.0.0.0'] })).rejects.toThrow(
      'keys-required',
    );
  });

  it('answers in several processes on one port, replaces one that dies and reloads them all', async () => {
    const { gateway, workspace } = await gatewayOf(configOf('gpt'), ['--workers', '2']);
    const { url } = gateway;
    const pids = async () => {
      const { readFile } = await import('node:fs/promises');
      const { pid } = gateway.child;
      return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ').map(Number);
    };
    const before = await pids();
    expect(before).toHaveLength(2);
    process.kill(before[0]!, 'SIGKILL');
    await expect
      .poll(async () => (await pids()).filter(pid => pid > 0 && !before.includes(pid)).length, {
        timeout: 60_000,
      })
      .toBe(1);
    expect(await statusOf(url, 'gpt')).toBe(200);
    workspace.write(configOf('after'));
    await expect
      .poll(
        async () => {
          const reload = await fetch(`${url}/admin/reload`, { method: 'POST' });
          return JSON.stringify(await reload.json());
        },
        { timeout: 60_000 },
      )
      .toBe('{"aliases":["after"]}');
    const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(url, 'after')));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });

  it.each([
    { processes: 'one process', argv: [] },
    { processes: 'two processes', argv: ['--workers', '2'] },
  ])(
    'of $processes tells in its log, one JSON object a line, why a configuration was not taken over',
    async ({ argv }) => {
      const { gateway, workspace } = await gatewayOf(configOf('gpt'), argv);
      workspace.write({ ...configOf('gpt'), bogus: 1 });
      gateway.child.kill('SIGHUP');
      await expect.poll(() => gateway.log(), { timeout: 20_000 }).toContain('serve.bogus: unknown key');
      expect(await statusOf(gateway.url, 'gpt')).toBe(200);
      expect(await gateway.stop('SIGTERM')).toBe(0);
      const lines = gateway.log().trimEnd().split('\n');
      const told = lines.map(line => JSON.parse(line) as Record<string, unknown>);
      expect(told).toContainEqual(
        expect.objectContaining({ level: 'error', where: 'config', code: 'config-invalid' }),
      );
    },
  );
});
