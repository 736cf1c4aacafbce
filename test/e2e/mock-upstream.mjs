/**
 * An OpenAI-compatible server that answers as the model's name asks: well, or in every way a server can fail.
 * Prints `{"url": …}` when ready. `GET /seen` tells the requests it got, with their headers.
 */
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const seen = [];
const piece = text =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`;
const last = `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`;
const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));

function answer(response, status, value, headers = {}) {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

async function stream(response, body, pieces, pauseMs = 0) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let index = 0; index < pieces; index += 1) {
    if (response.destroyed) return;
    if (!response.write(piece(`${index} `))) await new Promise(done => response.once('drain', done));
    if (pauseMs > 0) await wait(pauseMs);
  }
  response.write(last);
  if (body.stream_options?.include_usage) {
    response.write(`data: ${JSON.stringify({ id: 'c', choices: [], usage })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

const completion = body => ({
  id: 'c',
  object: 'chat.completion',
  model: body.model,
  choices: [
    { index: 0, message: { role: 'assistant', content: `answer of ${body.model}` }, finish_reason: 'stop' },
  ],
  usage,
});

/** What each model does with a request. */
const models = {
  reset: (_body, _response, request) => request.socket.destroy(),
  'reset-mid-stream': async (_body, response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(piece('begun '));
    await wait(50);
    request.socket.destroy();
  },
  'half-frame': async (_body, response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(piece('begun '));
    response.write('data: {"id":"c","choices":[{"index":0,"delta":{"cont');
    await wait(50);
    request.socket.destroy();
  },
  'half-frame-clean': (_body, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${piece('begun ')}data: {"id":"c","choi`);
  },
  'cut-off': (_body, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(piece('begun '));
  },
  'bad-frame': async (_body, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(piece('begun '));
    await wait(50);
    response.end('data: {not json}\n\ndata: [DONE]\n\n');
  },
  'wrong-json': (_body, response) => answer(response, 200, '<html>welcome</html>'),
  compressed: (body, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify(completion(body))));
  },
  'not-streamed': (body, response) => answer(response, 200, completion(body)),
  huge: async (_body, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const block = Buffer.alloc(1 << 20, 0x20);
    for (let written = 0; written < 500 && !response.destroyed; written += 1) {
      if (!response.write(block)) {
        await Promise.race([
          new Promise(done => response.once('drain', done)),
          new Promise(done => response.once('close', done)),
        ]);
      }
    }
    response.end();
  },
  storm: (_body, response) =>
    answer(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '20' }),
  broken: (_body, response) => answer(response, 500, { error: { message: 'oops' } }),
  unauthorized: (_body, response, request) =>
    answer(response, 401, { error: { message: `bad key ${request.headers.authorization}` } }),
  rejected: (_body, response) =>
    answer(response, 422, {
      error: {
        message: 'temperature is too high',
        type: 'invalid_request_error',
        param: 'temperature',
        code: 'too_high',
      },
    }),
  redirect: (_body, response) => answer(response, 307, '', { location: 'http://127.0.0.1:1/elsewhere' }),
  hang: () => {},
  /** A call of 4,000 bytes, whose tokens it does not count. */
  calls: (body, response) => {
    const calls = [{ index: 0, function: { name: 'f', arguments: 'x'.repeat(4_000) } }];
    if (!body.stream) {
      return answer(response, 200, { choices: [{ index: 0, message: { tool_calls: calls } }] });
    }
    const delta = JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: calls } }] });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${delta}\n\n${last}data: [DONE]\n\n`);
  },
  slow: (body, response) => stream(response, body, 20, 100),
  long: (body, response) => stream(response, body, 200_000),
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    if (request.url === '/seen') return answer(response, 200, seen);
    if (request.method === 'GET') return answer(response, 200, { object: 'list', data: [] });
    const text = Buffer.concat(chunks).toString('utf8');
    const body = JSON.parse(text);
    seen.push({ url: request.url, headers: request.headers, text: text.slice(0, 4000) });
    const behave = models[body.model];
    if (behave !== undefined) return void behave(body, response, request);
    if (request.url.endsWith('/messages') && !body.stream) {
      return answer(response, 200, {
        type: 'message',
        content: [{ type: 'text', text: 'bonjour' }],
        usage: { input_tokens: 5, output_tokens: 2 },
      });
    }
    if (request.url.endsWith('/embeddings')) {
      return answer(response, 200, {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.5, -0.5] }],
        usage: { prompt_tokens: 4, total_tokens: 4 },
      });
    }
    if (body.stream) return void stream(response, body, Number(body.pieces ?? 5));
    answer(response, 200, completion(body));
  });
  response.on('error', () => {});
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
