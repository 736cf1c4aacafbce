import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type Served, startGateway, startUpstream } from './gateway-process.ts';

const program = join(import.meta.dirname, '../../dist/cli/main.js');
const callers = ['no key', 'wrong', 'revoked', 'other scope', 'in scope', 'admin'] as const;
type Caller = (typeof callers)[number];

let upstream: Served;
let gateway: Served;
let workspace: ReturnType<typeof createWorkspace>;
const keys: Partial<Record<Caller, string>> = { wrong: `sd-${'A'.repeat(55)}` };

beforeAll(async () => {
  upstream = await startUpstream();
  workspace = createWorkspace({
    upstreams: { big: { baseUrl: `${upstream.url}/v1`, allowPrivate: true } },
    aliases: Object.fromEntries(
      ['gpt', 'maker/secret'].map(alias => [alias, { kind: 'upstream', targets: [{ upstream: 'big' }] }]),
    ),
  });
  const cli = (...words: string[]) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [program, 'keys', ...words, '--config', join(workspace.dir, 'stepdown.yaml'), '--json'],
        { cwd: workspace.dir, encoding: 'utf8', env: { ...process.env, DATABASE_URL: '' } },
      ),
    ) as { id: string; key: string };
  keys['in scope'] = cli('create', '--name', 'a', '--alias', 'gpt').key;
  keys['other scope'] = cli('create', '--name', 'b', '--alias', 'maker/secret').key;
  keys.admin = cli('create', '--name', 'c', '--admin').key;
  const { id, key } = cli('create', '--name', 'd', '--alias', 'gpt');
  cli('revoke', id);
  keys.revoked = key;
  gateway = await startGateway(workspace.dir);
}, 120_000);

afterAll(async () => {
  await Promise.all([gateway?.stop(), upstream?.stop()]);
  workspace?.remove();
});

const body = { model: 'gpt', messages: [], prompt: 'x', input: 'x', max_tokens: 5 };
const feedback = { id: 'nobody', rating: 1 };
/** Statuses in the order of the callers. */
const routes: readonly (readonly [method: string, path: string, sent: object | null, statuses: number[]])[] =
  [
    ['POST', '/v1/chat/completions', body, [401, 401, 401, 403, 200, 403]],
    ['POST', '/v1/completions', body, [401, 401, 401, 403, 200, 403]],
    ['POST', '/v1/embeddings', body, [401, 401, 401, 403, 200, 403]],
    ['POST', '/v1/messages', body, [401, 401, 401, 403, 200, 403]],
    ['GET', '/v1/models', null, [401, 401, 401, 200, 200, 200]],
    ['GET', '/v1/models/gpt', null, [401, 401, 401, 404, 200, 404]],
    ['GET', '/v1/models/maker/secret', null, [401, 401, 401, 200, 404, 404]],
    ['GET', '/v1/models/maker%2Fsecret', null, [401, 401, 401, 200, 404, 404]],
    ['GET', '/v1/models/', null, [401, 401, 401, 404, 404, 404]],
    ['POST', '/v1/feedback', feedback, [401, 401, 401, 404, 404, 404]],
    ['GET', '/metrics', null, [401, 401, 401, 403, 403, 200]],
    ['GET', '/admin/keys', null, [401, 401, 401, 403, 403, 200]],
    ['POST', '/admin/keys', { name: 'new', aliases: ['gpt'] }, [401, 401, 401, 403, 403, 201]],
    ['DELETE', '/admin/keys/nobody', null, [401, 401, 401, 403, 403, 404]],
    ['GET', '/admin/aliases', null, [401, 401, 401, 403, 403, 200]],
    ['POST', '/admin/reload', null, [401, 401, 401, 403, 403, 200]],
    ['GET', '/admin/state', null, [401, 401, 401, 403, 403, 200]],
    ['GET', '/admin/nothing', null, [401, 401, 401, 403, 403, 404]],
    ['GET', '/healthz', null, [200, 200, 200, 200, 200, 200]],
    ['GET', '/readyz', null, [200, 200, 200, 200, 200, 200]],
  ];

describe('a gateway with keys', () => {
  it.each(routes)('%s %s answers each caller as it may be answered', async (method, path, sent, expected) => {
    const statuses: number[] = [];
    for (const caller of callers) {
      const key = keys[caller];
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          ...(sent === null ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        ...(sent === null ? {} : { body: JSON.stringify(sent) }),
      });
      const text = await response.text();
      statuses.push(response.status);
      if (key !== undefined) expect(text).not.toContain(key);
      if (response.status >= 400) expect(JSON.parse(text)).toHaveProperty('error.code');
    }
    expect(statuses).toEqual(expected);
  });

  it.each([
    ['other scope', ['maker/secret']],
    ['in scope', ['gpt']],
    ['admin', []],
  ] as const)('lists for the caller "%s" the models it may use', async (caller, expected) => {
    const headers = { authorization: `Bearer ${keys[caller]}` };
    const { data } = (await (await fetch(`${gateway.url}/v1/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    expect(data.map(({ id }) => id)).toEqual(expected);
  });

  it.each([
    ['PUT', '/admin/keys', 'GET, POST'],
    ['GET', '/admin/reload', 'POST'],
    ['DELETE', '/v1/models', 'GET, HEAD'],
    ['GET', '/v1/chat/completions', 'POST'],
  ])('says for %s %s which methods there are', async (method, path, allowed) => {
    const headers = { authorization: `Bearer ${keys.admin}` };
    const response = await fetch(`${gateway.url}${path}`, { method, headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allowed]);
  });

  it('says in its log whose request was refused', () => {
    const refusals = gateway
      .log()
      .split('\n')
      .filter(line => line.includes('"code":"key-'))
      .map(line => JSON.parse(line));
    const idOf = (caller: Caller) => keys[caller]!.slice(3, 15);
    const of = (code: string) =>
      new Set(refusals.filter(line => line.code === code).map(({ keyId }) => keyId));
    expect(of('key-out-of-scope')).toEqual(new Set([idOf('other scope'), idOf('admin')]));
    expect(of('key-revoked')).toEqual(new Set([idOf('revoked')]));
    expect(of('key-unknown')).toEqual(new Set([null]));
  });

  it('says no key, wrong or right, in its log or its metrics', async () => {
    const headers = { authorization: `Bearer ${keys.admin}` };
    const metrics = await (await fetch(`${gateway.url}/metrics`, { headers })).text();
    expect(metrics).toContain('stepdown_requests_total');
    for (const key of Object.values(keys)) expect(`${metrics}${gateway.log()}`).not.toContain(key);
  });
});
