import { expect, it } from 'vitest';
import type { Environment } from '../../config/environment.ts';
import { serveConfigSchema } from '../../stages/serve/schema.ts';
import { UpstreamServers } from './upstream-servers.ts';

const environment = { secret: () => null } as unknown as Environment;
const upstreams = { a: { baseUrl: 'https://a.example.com/v1' } };
const config = serveConfigSchema.parse({ upstreams });
const targets = (...names: string[]) => names.map(upstream => ({ upstream, weight: 1 }));

it('lets go of a server once the last group that uses it is closed', async () => {
  const servers = new UpstreamServers(environment);
  const groups = [servers.group(config, targets('a')), servers.group(config, targets('a'))];
  expect(servers.list()).toHaveLength(1);
  await groups[0]!.close();
  expect(servers.list()).toHaveLength(1);
  await groups[1]!.close();
  expect(servers.list()).toEqual([]);
});

it('lets go of the servers of a group of which one is not known', async () => {
  const servers = new UpstreamServers(environment);
  expect(() => servers.group(config, targets('a', 'nowhere'))).toThrow('"nowhere"');
  await expect.poll(() => servers.list()).toEqual([]);
});
