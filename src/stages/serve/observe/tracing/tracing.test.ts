import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { collectorHeaders, startTracing } from './tracing.ts';

test('spans reach a collector over OTLP, with its credentials and the name of the service', async () => {
  const received: { path: string | undefined; key: unknown; body: string }[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ path: request.url, key: request.headers['api-key'], body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(listening => collector.listen(0, '127.0.0.1', listening));
  try {
    const { port } = collector.address() as AddressInfo;
    const tracing = await startTracing({
      endpoint: `http://127.0.0.1:${port}/`,
      headers: 'api-key=k%201',
      serviceName: 'front-door',
    });
    tracing.tracer.startSpan('chat triage', { attributes: { 'stepdown.route': 'local' } }).end();
    await tracing.close();
    expect(received).toMatchObject([{ path: '/v1/traces', key: 'k 1' }]);
    for (const part of ['"chat triage"', '"front-door"', '"stepdown.route"'])
      expect(received[0]!.body).toContain(part);
  } finally {
    collector.close();
  }
});

test('headers are read as the specification says, and nonsense is left out', () => {
  expect(collectorHeaders('Api-Key=a%3Db, x=1 ,bad name=2,,=3,y=%')).toEqual({
    'api-key': 'a=b',
    x: '1',
    y: '%',
  });
});
