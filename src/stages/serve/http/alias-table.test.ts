import { describe, expect, it } from 'vitest';
import type { Answerer } from '../answerer.ts';
import { AliasTable } from './alias-table.ts';

function fakeAnswerer() {
  const state = { closed: 0 };
  const answerer: Answerer = {
    kind: 'upstream',
    answer: () => Promise.reject(new Error('not asked')),
    available: () => true,
    close: async () => {
      state.closed += 1;
    },
  };
  return { answerer, state };
}

describe('the alias table', () => {
  it('closes an answerer that went out of use only after its last request', async () => {
    const [old, next] = [fakeAnswerer(), fakeAnswerer()];
    const table = new AliasTable();
    table.replace(new Map([['m', old.answerer]]));
    const [first, second] = [table.acquire('m'), table.acquire('m')];
    table.replace(new Map([['m', next.answerer]]));
    expect(table.acquire('m').answerer).toBe(next.answerer);
    first.release();
    await Promise.resolve();
    expect(old.state.closed).toBe(0);
    second.release();
    await expect.poll(() => old.state.closed).toBe(1);
    expect(next.state.closed).toBe(0);
  });

  it('leaves an answerer that is in both tables as it is', async () => {
    const kept = fakeAnswerer();
    const table = new AliasTable();
    table.replace(new Map([['a', kept.answerer]]));
    const { created } = table.list()[0]!;
    table.replace(new Map([['b', kept.answerer]]));
    expect(table.list()).toMatchObject([{ alias: 'b', created }]);
    expect(kept.state.closed).toBe(0);
    await table.close();
    expect(kept.state.closed).toBe(1);
  });

  it('waits for open requests when it is closed', async () => {
    const used = fakeAnswerer();
    const table = new AliasTable();
    table.replace(new Map([['m', used.answerer]]));
    const lease = table.acquire('m');
    let closed = false;
    const closing = table.close().then(() => {
      closed = true;
    });
    await Promise.resolve();
    expect(closed).toBe(false);
    lease.release();
    await closing;
    expect(used.state.closed).toBe(1);
  });

  it('does not know what is not in it', () => {
    expect(() => new AliasTable().acquire('m')).toThrow(
      expect.objectContaining({ code: 'model-not-found', status: 404, param: 'model' }),
    );
  });
});
