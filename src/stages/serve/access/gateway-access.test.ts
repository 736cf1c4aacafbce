import { describe, expect, it } from 'vitest';
import type { AccessControl } from '../../../core/access.ts';
import type { AccessError } from '../../../core/errors/index.ts';
import { apiKeyId, hashApiKey, matchesHash, newApiKey } from './api-key.ts';
import { MemoryKeys, MemoryLedgers } from './fixtures/memory-stores.ts';
import { GatewayAccess } from './gateway-access.ts';
import { KeyRegistry } from './key-registry.ts';

const noon = Date.UTC(2026, 10, 24, 12);

/** A gateway's access and the registry of another process (or of this one, where it tells of its changes). */
function gateway(sameProcess = false) {
  const clock = { now: noon };
  const keys = new MemoryKeys();
  const ledgers = new MemoryLedgers();
  const now = () => clock.now;
  const access = new GatewayAccess({ keys, ledgers, now });
  const onChange = sameProcess ? (id: string) => access.forget(id) : () => {};
  return { access, clock, keys, registry: new KeyRegistry({ keys, ledgers, now, onChange }) };
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'admitted',
    (error: AccessError) => `${error.code} ${error.status}`,
  );

const admit = async (access: AccessControl, presented: string | null, alias: string | null) =>
  (await access.recognize(presented)).admit(alias);

describe('an API key', () => {
  it('has a public id and 256 random bits, and is found by its hash alone', () => {
    const { id, key, secretHash } = newApiKey();
    expect(key).toMatch(/^sd-[0-9A-Za-z]{55}$/);
    expect(apiKeyId(key)).toBe(id);
    expect(secretHash).toBe(hashApiKey(key));
    expect(matchesHash(key, secretHash)).toBe(true);
    expect(matchesHash(`${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`, secretHash)).toBe(false);
    expect(62n ** 43n).toBeGreaterThan(2n ** 256n);
  });

  it('uses every character about equally often', () => {
    const counts = new Map<string, number>();
    for (let made = 0; made < 2_000; made++) {
      for (const character of newApiKey().key.slice(3))
        counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    const expected = (2_000 * 55) / 62;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(counts.size).toBe(62);
    // 61 degrees of freedom: above 130 once in a million runs; modulo bias alone would give about 700.
    expect(chiSquare).toBeLessThan(130);
  });
});

describe('admission', () => {
  it('is open to all, also with any key, as long as there never was a key', async () => {
    const { access } = gateway();
    expect(await access.keysRequired()).toBe(false);
    expect((await admit(access, null, 'triage')).keyId).toBeNull();
    expect((await admit(access, 'sk-anything', null)).keyId).toBeNull();
    await access.admitAdmin(null);
  });

  it('depends on key, scope and route', async () => {
    const { access, clock, registry } = gateway(true);
    const make = async (request: object) => (await registry.create({ name: 'k', ...request })).key;
    const keys: Record<string, string | null> = {
      none: null,
      empty: '',
      garbage: 'sk-not-a-key-of-ours',
      unknown: newApiKey().key,
      own: await make({ aliases: ['triage'] }),
      every: await make({ aliases: ['*'] }),
      admin: await make({ admin: true }),
      expired: await make({ aliases: ['*'], admin: true, expiresAt: new Date(noon + 1_000).toISOString() }),
      revoked: await make({ aliases: ['*'], admin: true }),
    };
    await registry.revoke(apiKeyId(keys['revoked']!)!);
    keys['wrong'] = `${keys['own']!.slice(0, -1)}${keys['own']!.endsWith('a') ? 'b' : 'a'}`;
    clock.now += 1_000;
    const table: Record<string, readonly string[]> = {};
    for (const [name, key] of Object.entries(keys)) {
      table[name] = [
        await codeOf(admit(access, key, 'triage')),
        await codeOf(admit(access, key, 'other')),
        await codeOf(admit(access, key, null)),
        await codeOf(access.admitAdmin(key)),
      ];
    }
    const all = (code: string) => [code, code, code, code];
    const outOfScope = 'key-out-of-scope 403';
    expect(table).toEqual({
      none: all('key-required 401'),
      empty: all('key-required 401'),
      garbage: all('key-unknown 401'),
      unknown: all('key-unknown 401'),
      wrong: all('key-unknown 401'),
      expired: all('key-expired 401'),
      revoked: all('key-revoked 401'),
      own: ['admitted', outOfScope, 'admitted', 'admin-required 403'],
      every: ['admitted', 'admitted', 'admitted', 'admin-required 403'],
      admin: [outOfScope, outOfScope, 'admitted', 'admitted'],
    });
  });

  it('tells what a key may use also when its budget is used up, and counts nothing for it', async () => {
    const { access, registry } = gateway(true);
    expect((await access.recognize(null)).mayUse('anything')).toBe(true);
    const { key } = await registry.create({
      name: 'k',
      aliases: ['triage'],
      limits: { total: { requests: 1 } },
    });
    for (let asked = 0; asked < 3; asked++) {
      const holder = await access.recognize(key);
      expect([holder.mayUse('triage'), holder.mayUse('other')]).toEqual([true, false]);
    }
    (await admit(access, key, 'triage')).settle({ tokens: 0, costUsd: 0 });
    expect(await codeOf(admit(access, key, 'triage'))).toBe('budget-exhausted 429');
    expect((await access.recognize(key)).mayUse('triage')).toBe(true);
    expect(await codeOf(access.recognize(null))).toBe('key-required 401');
  });

  it('refuses a request whose key was revoked while its body came', async () => {
    const { access, registry } = gateway(true);
    const { id, key } = await registry.create({ name: 'k', aliases: ['triage'] });
    const holder = await access.recognize(key);
    await registry.revoke(id);
    expect(await codeOf(holder.admit('triage'))).toBe('key-revoked 401');
  });

  it('tells the operator whose key was refused, and of a wrong secret nobody', async () => {
    const { access, registry } = gateway(true);
    const limits = { total: { requests: 1 } };
    const { key, id } = await registry.create({ name: 'k', aliases: ['triage'], limits });
    (await admit(access, key, 'triage')).settle({ tokens: 0, costUsd: 0 });
    await expect(admit(access, key, 'triage')).rejects.toMatchObject({ code: 'budget-exhausted', keyId: id });
    await expect(admit(access, key, 'other')).rejects.toMatchObject({ code: 'key-out-of-scope', keyId: id });
    await registry.revoke(id);
    await expect(admit(access, key, 'triage')).rejects.toMatchObject({ code: 'key-revoked', keyId: id });
    const wrong = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    await expect(admit(access, wrong, 'triage')).rejects.toMatchObject({ code: 'key-unknown', keyId: null });
  });

  it('ends at once where a key is revoked, and within a second in other processes', async () => {
    const here = gateway(true);
    const { key, id } = await here.registry.create({ name: 'k', aliases: ['*'] });
    await admit(here.access, key, 'triage');
    await here.registry.revoke(id);
    expect(await codeOf(admit(here.access, key, 'triage'))).toBe('key-revoked 401');

    const other = gateway();
    const made = await other.registry.create({ name: 'k', aliases: ['*'] });
    await admit(other.access, made.key, 'triage');
    await other.registry.revoke(made.id);
    other.clock.now += 499;
    expect(await codeOf(admit(other.access, made.key, 'triage'))).toBe('admitted');
    other.clock.now += 501;
    expect(await codeOf(admit(other.access, made.key, 'triage'))).toBe('key-revoked 401');
  });

  it('looks a key in use up about twice a second, not for each request', async () => {
    const { access, clock, keys, registry } = gateway();
    const { key } = await registry.create({ name: 'k', aliases: ['*'] });
    for (let request = 0; request < 1_000; request++) {
      clock.now += 2;
      await admit(access, key, 'triage');
    }
    expect(keys.finds).toBeLessThanOrEqual(6);
  });

  it('stays closed when the last key is revoked', async () => {
    const { access, registry } = gateway(true);
    const { id } = await registry.create({ name: 'k', aliases: ['*'] });
    await registry.revoke(id);
    expect(await access.keysRequired()).toBe(true);
    expect(await codeOf(admit(access, null, 'triage'))).toBe('key-required 401');
    expect(await codeOf(access.admitAdmin(null))).toBe('key-required 401');
  });

  it('closes within a second of the first key that another process makes', async () => {
    const { access, clock, registry } = gateway();
    await admit(access, null, 'triage');
    await registry.create({ name: 'k', aliases: ['*'] });
    clock.now += 1_000;
    expect(await codeOf(admit(access, null, 'triage'))).toBe('key-required 401');
  });

  it('never repeats the presented key in an error', async () => {
    const { access, registry } = gateway();
    const { key } = await registry.create({ name: 'k', aliases: ['triage'] });
    for (const presented of [key, newApiKey().key, 'sk-canary-secret']) {
      const error = (await admit(access, presented, 'other').catch((cause: unknown) => cause)) as AccessError;
      expect(`${error.message} ${error.hint} ${JSON.stringify(error)} ${error.stack}`).not.toContain(
        presented,
      );
    }
  });
});
