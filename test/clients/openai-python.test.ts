import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonWithClient } from './packages.ts';
import { type ServedGateway, serveGateway } from './served-gateway.ts';

let gateway: ServedGateway;
let got: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const python = pythonWithClient();
  gateway = await serveGateway();
  const script = join(import.meta.dirname, 'openai_python.py');
  const { stdout } = await promisify(execFile)(python, [script, gateway.baseURL]);
  got = JSON.parse(stdout);
});
afterAll(() => gateway?.stop());

const words = ['The ', 'seal ', 'leaks.'];

it('openai for Python gets an answer, its usage and the gateway’s headers', () => {
  expect(got).toMatchObject({ whole: 'The seal leaks.', usage: 15, route: 'large' });
});

it('openai for Python gets a stream with the usage it asked for', () => {
  expect(got).toMatchObject({ streamed: words, streamedUsage: 15 });
});

it('openai for Python tells an unknown model as NotFoundError', () => {
  expect(got['error']).toMatchObject({ class: 'NotFoundError', status: 404, code: expect.any(String) });
});

it('openai for Python gets JSON of a schema, log-probabilities, models and embeddings', () => {
  expect(got).toMatchObject({
    shaped: { fault: 'leak' },
    logprob: -0.25,
    models: ['fault-triage'],
    embedding: [0.5, -0.25],
  });
});

it('openai for Python gets 20 answers at once and a stream in asyncio', () => {
  expect(got['asyncio']).toEqual({ answers: Array(20).fill('The seal leaks.'), streamed: words });
});
