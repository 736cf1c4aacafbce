/**
 * An OpenAI-compatible server that runs a "specialist" and a large model: labels by rule, in the protocol's own shape.
 * A text with "maybe" it is unsure of, and wrong about. By the name of the model it gives log-probabilities
 * (`triage`), leaves them out (`plain`) or refuses to be asked for them (`strict`). On a text with "crash" it fails, on
 * one with "hang" it never answers; on one with "outage" the large model fails. One with "held" is answered after
 * `POST /release`, one with "slow" too, unless by the large model.
 * Prints `{"url": …}` when ready. `GET /seen` tells the bodies it got.
 */
import { createServer } from 'node:http';

const seen = [];
const held = [];
const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const entry = (token, p, others) => ({
  token,
  logprob: Math.log(p),
  top_logprobs: [[token, p], ...others].map(([name, share]) => ({ token: name, logprob: Math.log(share) })),
});

function labelOf(text, sampled) {
  const [right, wrong] = text.includes('oil') ? ['Leaking', 'Noise'] : ['Noise', 'Leaking'];
  // Where it is unsure a sampled answer is another one.
  return text.includes('maybe') && !sampled ? wrong : right;
}

/** Answers, with a spread of probabilities that depends on the text alone. */
function specialist(body) {
  const text = body.messages.at(-1).content;
  const label = labelOf(text, body.temperature > 0);
  const other = label === 'Noise' ? 'Leaking' : 'Noise';
  const spread = (text.length % 17) / 200;
  const p = text.includes('maybe') ? 0.5 + spread : 0.9 + spread;
  const logprobs = { content: [entry(label, p, [[other, (1 - p) * 0.9]])] };
  return { label, logprobs: body.logprobs && body.model !== 'plain' ? logprobs : null };
}

function answer(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

const server = createServer(async (request, response) => {
  if (request.url === '/seen') return answer(response, 200, seen);
  if (request.url === '/release') {
    for (const release of held.splice(0)) release();
    return answer(response, 200, {});
  }
  if (request.method === 'GET') return answer(response, 200, { object: 'list', data: [] });
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  seen.push(body);
  if (body.model !== 'large' && body.messages.at(-1).content.includes('hang')) return;
  const { content } = body.messages.at(-1);
  if (content.includes('held') || (content.includes('slow') && body.model !== 'large'))
    await new Promise(resolve => held.push(resolve));
  if (body.model !== 'large' && body.messages.at(-1).content.includes('crash'))
    return answer(response, 500, { error: { message: 'out of memory' } });
  if (body.model === 'large' && body.messages.at(-1).content.includes('outage'))
    return answer(response, 500, { error: { message: 'outage' } });
  if (body.model === 'strict' && body.logprobs)
    return answer(response, 400, { error: { message: 'logprobs are not supported' } });
  const { label, logprobs } =
    body.model === 'large'
      ? { label: `large: ${labelOf(body.messages.at(-1).content, true)}`, logprobs: null }
      : specialist(body);
  const choice = { index: 0, finish_reason: 'stop' };
  if (!body.stream)
    return answer(response, 200, {
      id: 'c',
      object: 'chat.completion',
      choices: [{ ...choice, message: { role: 'assistant', content: label }, logprobs }],
      usage,
    });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of [
    { choices: [{ index: 0, delta: { content: label }, finish_reason: null }] },
    { choices: [{ ...choice, delta: {} }] },
  ])
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...chunk })}\n\n`);
  response.end('data: [DONE]\n\n');
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
