/**
 * The model server behind all gateways of the bench: answers a chat completion at once, on bare sockets, so that it
 * takes little of the core it shares with the load generator.
 *
 * `seed` in a body is a pause in milliseconds: before a whole answer, between the events of a stream. `max_tokens` is
 * the number of events. Both are parameters that every gateway passes on. Prints `{"url": …}` when ready.
 */
import { createServer } from 'node:net';

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const created = 1_700_000_000;
const completion = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'The seal of the pump leaks.' },
      finish_reason: 'stop',
    },
  ],
  usage,
});
const whole = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${completion.length}\r\n\r\n${completion}`;
const models = '{"object":"list","data":[]}';
const listed = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${models.length}\r\n\r\n${models}`;
const streamHead =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nCache-Control: no-cache\r\n\r\n';

function chunk(value) {
  const event = `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

const piece = (delta, finish = null) =>
  chunk({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created,
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const counted = chunk({
  id: 'chatcmpl-bench',
  object: 'chat.completion.chunk',
  created,
  model: 'bench',
  choices: [],
  usage,
});

/** Numbered events, so that a lost or moved one shows. */
function stream(socket, { max_tokens: events = 5, seed: pauseMs = 0, stream_options: options }) {
  let text = streamHead;
  let next = 0;
  const step = () => {
    if (socket.destroyed) return;
    do {
      text += piece({ role: 'assistant', content: `${next} ` });
      next += 1;
    } while (next < events && pauseMs === 0);
    if (next === events) {
      text += piece({}, 'stop');
      if (options?.include_usage) text += counted;
      text += `${chunk('[DONE]')}0\r\n\r\n`;
    }
    socket.write(text);
    text = '';
    if (next < events) setTimeout(step, pauseMs);
  };
  step();
}

function answer(socket, head, body) {
  if (head.startsWith('GET ')) return socket.write(listed);
  // Parsed only where it asks for something else than a whole answer at once: the mock has to stay light.
  if (!body.includes('"seed"') && !body.includes('"stream"')) return socket.write(whole);
  const asked = JSON.parse(body.toString('utf8'));
  if (asked.stream) return stream(socket, asked);
  if (!asked.seed) return socket.write(whole);
  setTimeout(() => socket.destroyed || socket.write(whole), asked.seed);
}

/** The body's bytes of a request with chunks, or null while it is not complete. */
function unchunked(bytes) {
  const parts = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line === -1) return null;
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16);
    const end = line + 2 + length + 2;
    if (bytes.length < end) return null;
    if (length === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(line + 2, end - 2));
    at = end;
  }
}

const server = createServer({ noDelay: true }, socket => {
  let chunks = [];
  let held = 0;
  let needed = 0;
  socket.on('error', () => {});
  socket.on('data', data => {
    chunks.push(data);
    held += data.length;
    if (held < needed) return;
    let bytes = chunks.length === 1 ? data : Buffer.concat(chunks);
    needed = 0;
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end === -1) break;
      const head = bytes.toString('latin1', 0, end);
      const rest = bytes.subarray(end + 4);
      if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
        const read = unchunked(rest);
        if (read === null) break;
        answer(socket, head, read.body);
        bytes = rest.subarray(read.end);
        continue;
      }
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length < length) {
        needed = end + 4 + length;
        break;
      }
      answer(socket, head, rest.subarray(0, length));
      bytes = rest.subarray(length);
    }
    chunks = bytes.length === 0 ? [] : [bytes];
    held = bytes.length;
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
