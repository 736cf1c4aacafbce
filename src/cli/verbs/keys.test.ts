import { describe, expect, it } from 'vitest';
import type { AppOptions } from '../../app/app.ts';
import type { KeyVerbs } from '../../app/keys/views.ts';
import { capturedIo } from '../fixtures/fake-app.ts';
import { runCli } from '../run-cli.ts';

type Request = Parameters<KeyVerbs['createKey']>[0];
type View = Awaited<ReturnType<KeyVerbs['listKeys']>>[number];

const none = { requests: 0, tokens: 0, costUsd: 0 };
const view: View = {
  id: '5fQ0aXr2LkPz',
  name: 'shop',
  status: 'active',
  aliases: ['triage'],
  admin: false,
  limits: { month: { costUsd: 20 } },
  createdAt: '2026-11-24T12:00:00.000Z',
  expiresAt: null,
  revokedAt: null,
  lastUsedAt: '2026-11-24T12:30:00.000Z',
  used: { minute: none, day: none, month: none, total: { requests: 1_200, tokens: 34_567, costUsd: 1.5 } },
};
const key = `sd-${view.id}${'x'.repeat(43)}`;

function creating() {
  const requests: Request[] = [];
  const createKey: KeyVerbs['createKey'] = async request => {
    requests.push(request);
    return { ...view, key };
  };
  return { requests, ...capturedIo({ createKey }) };
}

describe('keys create', () => {
  it('makes a key as asked and shows it once, with a warning', async () => {
    const { io, stdout, requests } = creating();
    const limits = ['--requests-per-minute', '60', '--tokens-per-minute', '9000'];
    const budgets = ['--budget-usd', '2.50/day', '--budget-usd', '20/month', '--budget-tokens', '1000'];
    const scope = ['--name', 'shop', '--alias', 'triage', '--alias', 'other'];
    expect(await runCli(['keys', 'create', ...scope, ...limits, ...budgets], io)).toBe(0);
    expect(requests).toEqual([
      {
        name: 'shop',
        aliases: ['triage', 'other'],
        admin: false,
        expiresAt: null,
        limits: {
          minute: { requests: 60, tokens: 9000 },
          day: { costUsd: 2.5 },
          month: { costUsd: 20 },
          total: { tokens: 1000 },
        },
      },
    ]);
    expect(stdout()).toContain(key);
    expect(stdout()).toContain('never shown again');
  });

  it('is for every alias unless told otherwise, and an admin key for none', async () => {
    const { io, requests, stdout } = creating();
    await runCli(['keys', 'create', '--name', 'a', '--json'], io);
    expect(JSON.parse(stdout()).key).toBe(key);
    await runCli(['keys', 'create', '--name', 'b', '--admin'], io);
    await runCli(['keys', 'create', '--name', 'c', '--admin', '--alias', 'triage'], io);
    expect(requests.map(({ aliases }) => aliases)).toEqual([['*'], [], ['triage']]);
  });

  it('takes an expiry from now or at a time', async () => {
    const { io, requests } = creating();
    const before = Date.now();
    for (const expires of ['90d', '12h', '30m', '2099-01-31', '2099-01-31T10:00:00+02:00']) {
      expect(await runCli(['keys', 'create', '--name', 'a', '--expires', expires], io)).toBe(0);
    }
    const times = requests.map(({ expiresAt }) => Date.parse(expiresAt!));
    const minutes = times.slice(0, 3).map(at => Math.floor((at - before) / 60_000));
    expect(minutes).toEqual([90 * 1440, 720, 30]);
    expect(requests.slice(3).map(({ expiresAt }) => expiresAt)).toEqual([
      '2099-01-31T00:00:00.000Z',
      '2099-01-31T08:00:00.000Z',
    ]);
  });

  it('refuses what it cannot read, before anything is made', async () => {
    const bad = [
      [],
      ['--name', 'a', '--expires', 'tomorrow'],
      ['--name', 'a', '--expires', '9999999d'],
      ['--name', 'a', '--budget-usd', '0'],
      ['--name', 'a', '--budget-usd', '5/year'],
      ['--name', 'a', '--budget-tokens', '1.5/day'],
      ['--name', 'a', '--requests-per-minute', '0'],
    ];
    for (const options of bad) {
      const { io, requests } = creating();
      expect([options, await runCli(['keys', 'create', ...options], io)]).toEqual([options, 2]);
      expect(requests).toEqual([]);
    }
  });
});

describe('keys list and revoke', () => {
  it('lists keys with what they have used', async () => {
    const { io, stdout } = capturedIo({ listKeys: async () => [view] }, { tty: true });
    expect(await runCli(['keys', 'list'], io)).toBe(0);
    for (const text of ['5fQ0aXr2LkPz', 'shop', 'active', '1,200', '34,567', '$1.50']) {
      expect(stdout()).toContain(text);
    }
    const json = capturedIo({ listKeys: async () => [view] });
    await runCli(['keys', 'list', '--json'], json.io);
    expect(JSON.parse(json.stdout())).toEqual({ keys: [view] });
  });

  it('revokes by id, in the workspace of another configuration where told', async () => {
    const revoked: string[] = [];
    const revokeKey: KeyVerbs['revokeKey'] = async id => {
      revoked.push(id);
      return { ...view, status: 'revoked' };
    };
    const { io, stdout, opened } = capturedIo({ revokeKey });
    expect(await runCli(['keys', 'revoke', view.id, '--config', 'a/gateway.yaml'], io)).toBe(0);
    expect(revoked).toEqual([view.id]);
    expect(stdout()).toContain('is revoked');
    expect(opened[0] satisfies AppOptions | undefined).toMatchObject({
      workspaceDir: '/work/a',
      configFile: '/work/a/gateway.yaml',
    });
  });
});
