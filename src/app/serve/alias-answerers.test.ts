import { describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../stages/serve/schema.ts';
import { aliasCost } from './alias-answerers.ts';

const upstream = (price: object | null) => ({ baseUrl: 'https://models.example.com/v1', price });
const upstreams = {
  cheap: upstream({ input: 1, output: 2 }),
  dear: upstream({ input: 0.5, output: 8 }),
  free: upstream(null),
};

describe('what a request to an alias may cost', () => {
  const costOf = (alias: object) =>
    aliasCost(serveConfigSchema.parse({ upstreams, aliases: { a: alias } }), 'a').price;

  it('is the dearest of its servers, each kind of token by itself', () => {
    const targets = [{ upstream: 'cheap' }, { upstream: 'dear' }];
    expect(costOf({ kind: 'upstream', targets })).toEqual({ input: 1, output: 8 });
    expect(costOf({ kind: 'upstream', targets: [{ upstream: 'free' }] })).toBeNull();
  });

  it('is that of both sides of a cascade whose specialist is paid for', () => {
    const large = [{ upstream: 'dear' }];
    expect(costOf({ kind: 'cascade', large })).toEqual({ input: 0.5, output: 8 });
    const servedBy = [{ upstream: 'cheap' }];
    expect(costOf({ kind: 'cascade', large, servedBy })).toEqual({ input: 1.5, output: 10 });
    expect(costOf({ kind: 'specialist', servedBy })).toEqual({ input: 1, output: 2 });
  });
});

it('a specialist runs on servers or on a shared base here, not both', () => {
  const both = { kind: 'specialist', base: 'base.gguf', servedBy: [{ upstream: 'free' }] };
  const parsed = serveConfigSchema.safeParse({ upstreams, aliases: { a: both } });
  expect(parsed.error?.issues[0]?.message).toContain('at most one of base and servedBy');
});
