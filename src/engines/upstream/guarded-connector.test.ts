import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardedConnector } from './guarded-connector.ts';

let server: Server;
let connections = 0;
beforeEach(async () => {
  connections = 0;
  server = createServer().on('connection', () => {
    connections += 1;
  });
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening));
});
afterEach(() => void server.close());

const resolvesTo =
  (...addresses: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const all = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) callback(null, all as never);
    else callback(null, all[0]!.address, all[0]!.family);
  };

/** What became of a connection: `connected`, or the code of the refusal. */
function connect(hostname: string, allowPrivate: boolean, lookup: LookupFunction): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise(resolve => {
    guardedConnector(allowPrivate, lookup)(
      { hostname, host: hostname, protocol: 'http:', port: String(port) },
      (error, socket) => {
        socket?.destroy();
        resolve(error === null ? 'connected' : ((error as NodeJS.ErrnoException).code ?? error.message));
      },
    );
  });
}

describe('a guarded connection', () => {
  it('is refused where a public name resolves to this machine', async () => {
    expect(await connect('api.example.com', false, resolvesTo('127.0.0.1'))).toBe('upstream-address-refused');
    expect(connections).toBe(0);
  });

  it('is refused where one of several addresses is private', async () => {
    const lookup = resolvesTo('93.184.216.34', '169.254.169.254');
    expect(await connect('api.example.com', false, lookup)).toBe('upstream-address-refused');
  });

  it('is refused where a name is rebound between two requests', async () => {
    const answers = [['8.8.8.8'], ['127.0.0.1']];
    const lookup: LookupFunction = (...query) => resolvesTo(...answers.shift()!)(...query);
    lookup('api.example.com', { all: true }, () => {});
    expect(await connect('api.example.com', false, lookup)).toBe('upstream-address-refused');
    expect(connections).toBe(0);
  });

  it('is refused for literal addresses, which are not looked up', async () => {
    const never: LookupFunction = () => expect.unreachable();
    for (const host of ['127.0.0.1', '::1', '[::1]', '::ffff:127.0.0.1']) {
      expect(await connect(host, false, never)).toBe('upstream-address-refused');
    }
    expect(connections).toBe(0);
  });

  it('is refused where a name has no address', async () => {
    expect(await connect('api.example.com', false, resolvesTo())).toBe('upstream-address-refused');
  });

  it('is made to this machine where the configuration allows it', async () => {
    expect(await connect('model.internal', true, resolvesTo('127.0.0.1'))).toBe('connected');
    expect(await connect('127.0.0.1', true, resolvesTo())).toBe('connected');
  });
});
