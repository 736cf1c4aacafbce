import { describe, expect, it } from 'vitest';
import type { StepdownError } from '../../../core/errors/index.ts';
import { type AdminRequest, adminRoutes, answerAdmin } from './admin-api.ts';
import { newApiKey } from './api-key.ts';
import { MemoryKeys, MemoryLedgers } from './fixtures/memory-stores.ts';
import { GatewayAccess } from './gateway-access.ts';
import { type CreatedKey, KeyRegistry } from './key-registry.ts';

const noon = Date.UTC(2026, 10, 24, 12);

async function gateway() {
  const clock = { now: noon };
  const now = () => clock.now;
  const stores = { keys: new MemoryKeys(), ledgers: new MemoryLedgers(), now };
  const access = new GatewayAccess(stores);
  const registry = new KeyRegistry({ ...stores, onChange: id => access.forget(id) });
  const options = {
    access,
    keys: registry,
    aliases: () => [{ alias: 'triage', kind: 'cascade' }],
    reload: async () => ({ aliases: ['triage'] }),
    state: async () => ({ open: 0 }),
  };
  const call = (method: string, path: string, presented: string | null, body: unknown = null) =>
    answerAdmin(options, { method, path, presented, body: async () => body } satisfies AdminRequest);
  return { call, clock, registry, access };
}

const outcome = (attempt: Promise<{ status: number }>): Promise<string | number> =>
  attempt.then(
    ({ status }) => status,
    (error: StepdownError) => error.code,
  );

describe('the admin API', () => {
  it('lets nobody but admin keys through, on every route', async () => {
    const { call, clock, registry } = await gateway();
    const scoped = await registry.create({ name: 'scoped', aliases: ['*'] });
    const admin = await registry.create({ name: 'admin', admin: true });
    const revoked = await registry.create({ name: 'revoked', admin: true });
    await registry.revoke(revoked.id);
    const soon = new Date(noon + 1).toISOString();
    const expired = await registry.create({ name: 'expired', admin: true, expiresAt: soon });
    clock.now += 1;
    expect(adminRoutes).toHaveLength(6);
    for (const { method, path } of [...adminRoutes, { method: 'GET', path: '/admin/nothing' }]) {
      const real = path.replace(':id', scoped.id);
      const ask = (key: string | null) => outcome(call(method, real, key, { name: 'new', aliases: ['a'] }));
      expect([path, await ask(null)]).toEqual([path, 'key-required']);
      expect(await ask('garbage')).toBe('key-unknown');
      expect(await ask(newApiKey().key)).toBe('key-unknown');
      expect(await ask(revoked.key)).toBe('key-revoked');
      expect(await ask(expired.key)).toBe('key-expired');
      // The route that revokes this very key has not been let through before.
      expect(await ask(scoped.key)).toBe('admin-required');
      const expected =
        path === '/admin/nothing' ? 'route-unknown' : method === 'POST' && path === '/admin/keys' ? 201 : 200;
      expect([path, await ask(admin.key)]).toEqual([path, expected]);
      if (method === 'DELETE') break;
    }
    for (const { method, path } of adminRoutes.slice(3)) {
      expect(await outcome(call(method, path, scoped.key))).toBe('key-revoked');
      expect(await outcome(call(method, path, admin.key))).toBe(200);
    }
  });

  it('makes, lists and revokes keys, and shows the secret once', async () => {
    const { call, registry, access } = await gateway();
    const { key: admin } = await registry.create({ name: 'admin', admin: true });
    const limits = { minute: { requests: 60 }, month: { costUsd: 20 } };
    const reply = await call('POST', '/admin/keys', admin, { name: 'shop', aliases: ['triage'], limits });
    const { key, id, ...shown } = reply.body as CreatedKey;
    expect(shown).toMatchObject({
      name: 'shop',
      status: 'active',
      aliases: ['triage'],
      limits,
      lastUsedAt: null,
    });
    (await (await access.recognize(key)).admit('triage')).settle({ tokens: 12, costUsd: 0.5 });
    await access.close();
    const { body } = await call('GET', '/admin/keys', admin);
    const listed = (body as { keys: CreatedKey[] }).keys.find(each => each.id === id);
    expect(listed).toMatchObject({
      used: { minute: { requests: 1, tokens: 12, costUsd: 0.5 }, total: { requests: 1 } },
      lastUsedAt: new Date(noon).toISOString(),
    });
    expect(JSON.stringify(body)).not.toContain(key.slice(-43));
    expect(JSON.stringify(body)).not.toContain('ash');
    expect((await call('DELETE', `/admin/keys/${id}`, admin)).body).toMatchObject({ id, status: 'revoked' });
    await expect(access.recognize(key)).rejects.toMatchObject({ code: 'key-revoked' });
  });

  it('refuses requests that make no sense, saying what is wrong', async () => {
    const { call, registry } = await gateway();
    const { key: admin } = await registry.create({ name: 'admin', admin: true });
    const past = new Date(noon).toISOString();
    const bad: [body: unknown, says: RegExp][] = [
      [null, /request: /],
      [{ aliases: ['a'] }, /name: /],
      [{ name: 'x' }, /aliases: must name an alias/],
      [{ name: 'x', aliases: ['a'], limits: { minute: { requests: 0 } } }, /limits\.minute\.requests: /],
      [{ name: 'x', aliases: ['a'], limits: { month: { costUsd: -1 } } }, /limits\.month\.costUsd: /],
      [{ name: 'x', aliases: ['a'], limits: { year: {} } }, /limits: .*year/],
      [{ name: 'x', aliases: ['a'], expiresAt: past }, /expiresAt: must be in the future/],
      [{ name: 'x', aliases: ['a'], secret: 'mine' }, /secret/],
    ];
    for (const [body, says] of bad) {
      await expect(call('POST', '/admin/keys', admin, body)).rejects.toMatchObject({
        code: 'key-request-invalid',
        message: expect.stringMatching(says),
      });
    }
    await expect(call('DELETE', '/admin/keys/nobody', admin)).rejects.toMatchObject({
      status: 404,
      code: 'key-id-unknown',
    });
    await expect(call('PUT', '/admin/keys', admin)).rejects.toMatchObject({
      status: 405,
      hint: 'Use GET, POST.',
    });
    expect(await outcome(call('DELETE', '/admin/keys/', admin))).toBe('route-unknown');
    expect(await outcome(call('DELETE', '/admin/keys/a/b', admin))).toBe('route-unknown');
  });

  it('is open without keys, but for making the first', async () => {
    const { call } = await gateway();
    expect(await outcome(call('GET', '/admin/state', null))).toBe(200);
    expect(await outcome(call('POST', '/admin/keys', null, { name: 'x', admin: true }))).toBe(
      'first-key-is-local',
    );
  });
});
