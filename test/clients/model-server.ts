import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request body as a client and the gateway made it. */
export type SeenBody = Readonly<Record<string, unknown>>;

interface Asked {
  readonly logprobs?: boolean;
  readonly response_format?: { readonly type: string };
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly tools?: readonly unknown[];
}

const words = ['The ', 'seal ', 'leaks.'];
const head = { id: 'chatcmpl-1', created: 1_700_000_000, model: 'large-1', system_fingerprint: null };
const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
const tokenLogprob = (token: string) => ({
  token,
  logprob: -0.25,
  bytes: [...Buffer.from(token)],
  top_logprobs: [{ token, logprob: -0.25, bytes: [...Buffer.from(token)] }],
});

/** A model server that answers as OpenAI's API documents it, with every field that its clients read. */
export async function startModelServer(): Promise<{
  readonly url: string;
  readonly seen: SeenBody[];
  close(): void;
}> {
  const seen: SeenBody[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      const body = JSON.parse(text) as SeenBody;
      seen.push(body);
      if (request.url?.endsWith('/embeddings')) return sendEmbeddings(response, body);
      if (request.url?.endsWith('/chat/completions'))
        return (body['stream'] === true ? sendStream : sendChat)(response, body);
      response.writeHead(404).end('{}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, seen, close: () => server.close() };
}

function sendJson(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendChat(response: ServerResponse, asked: Asked): void {
  const content = asked.response_format?.type === 'json_schema' ? '{"fault":"leak"}' : words.join('');
  const call = {
    id: 'call_1',
    type: 'function',
    function: { name: 'stop_pump', arguments: '{"pump":"4711"}' },
  };
  const called = asked.tools !== undefined;
  sendJson(response, {
    ...head,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: called
          ? { role: 'assistant', content: null, refusal: null, tool_calls: [call] }
          : { role: 'assistant', content, refusal: null },
        logprobs: asked.logprobs === true ? { content: words.map(tokenLogprob), refusal: null } : null,
        finish_reason: called ? 'tool_calls' : 'stop',
      },
    ],
    usage,
  });
}

function sendStream(response: ServerResponse, asked: Asked): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish: string | null, token: string | null = null) => {
    const logprobs =
      asked.logprobs === true && token !== null ? { content: [tokenLogprob(token)], refusal: null } : null;
    return { choices: [{ index: 0, delta, logprobs, finish_reason: finish }] };
  };
  const send = (value: object) =>
    response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...value })}\n\n`);
  send(chunk({ role: 'assistant', content: '' }, null));
  for (const word of words) send(chunk({ content: word }, null, word));
  send(chunk({}, 'stop'));
  if (asked.stream_options?.include_usage === true) send({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

/** Numbers as the client asked for them: the official ones ask for base64 unless told otherwise. */
function sendEmbeddings(response: ServerResponse, body: SeenBody): void {
  const numbers = [0.5, -0.25];
  const embedding =
    body['encoding_format'] === 'base64'
      ? Buffer.from(new Float32Array(numbers).buffer).toString('base64')
      : numbers;
  sendJson(response, {
    object: 'list',
    model: 'large-1',
    data: [{ object: 'embedding', index: 0, embedding }],
    usage: { prompt_tokens: 4, total_tokens: 4 },
  });
}
