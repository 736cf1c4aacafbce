import type { IncomingMessage } from 'node:http';
import { feedbackRequestSchema } from '../../../contracts/feedback.ts';
import type { ModelList } from '../../../contracts/models.ts';
import { responseHeaders } from '../../../contracts/response-headers.ts';
import type { GatewayOptions, Handler } from './gateway-options.ts';
import { parseBody } from './parse-body.ts';
import { presentedKey } from './presented-key.ts';
import { BodyReader } from './read-body.ts';
import { RequestError } from './request-error.ts';
import type { Route } from './router.ts';
import { sendJson } from './send.ts';

/**
 * Every route beside the data requests.
 * @param draining whether the gateway is stopping
 */
export function controlRoutes(options: GatewayOptions, draining: () => boolean): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['/v1/models', { method: 'GET', handler: listModels(options) }],
    ['/v1/feedback', { method: 'POST', handler: takeFeedback(options) }],
    ['/healthz', { method: 'GET', handler: health(options) }],
    ['/readyz', { method: 'GET', handler: readiness(options, draining) }],
    ['/admin/reload', { method: 'POST', handler: reload(options) }],
    ...(options.metrics === null
      ? []
      : ([['/metrics', { method: 'GET', handler: metrics(options, options.metrics) }]] as const)),
  ]);
}

function listModels({ access, aliases }: GatewayOptions): Handler {
  return async (incoming, response, requestId) => {
    await withAnyKey(access, incoming);
    const list: ModelList = {
      object: 'list',
      data: aliases
        .list()
        .map(({ alias, created }) => ({ id: alias, object: 'model', created, owned_by: 'stepdown' })),
    };
    sendJson(response, 200, list, { [responseHeaders.requestId]: requestId });
  };
}

function takeFeedback({ access, captures, limits }: GatewayOptions): Handler {
  const bodies = new BodyReader(limits.maxBodyBytes);
  return async (incoming, response, requestId) => {
    const raw = await bodies.read(incoming);
    bodies.release(raw);
    await withAnyKey(access, incoming);
    const parsed = feedbackRequestSchema.safeParse(parseBody(raw, limits.maxJsonDepth).body);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const param = issue.path.join('.');
      throw new RequestError(
        400,
        'parameter-invalid',
        param === '' ? issue.message : `${param}: ${issue.message}`,
        'See docs/guide/gateway.md for the fields of feedback.',
        param === '' ? {} : { param },
      );
    }
    const { id, correct_answer: correctAnswer, rating } = parsed.data;
    const known = await captures.addFeedback({ captureId: id, at: Date.now(), correctAnswer, rating });
    if (!known) {
      throw new RequestError(
        404,
        'capture-unknown',
        'No answer with this id was recorded',
        'Send the `x-request-id` of the answer.',
        { param: 'id' },
      );
    }
    sendJson(response, 200, { id, object: 'feedback' }, { [responseHeaders.requestId]: requestId });
  };
}

/** The process answers; how many captures could not be written is for whoever watches it. */
function health({ captures }: GatewayOptions): Handler {
  return async (_incoming, response) => {
    const { written, failed, waiting } = captures.state();
    sendJson(response, 200, { status: 'ok', captures: { written, failed, waiting } });
  };
}

/** Whether requests should be sent here: not while stopping, and not where no alias could answer. */
function readiness({ aliases }: GatewayOptions, draining: () => boolean): Handler {
  return async (_incoming, response) => {
    const all = aliases.list();
    const available = all.filter(({ answerer }) => answerer.available()).length;
    const status = draining() ? 'draining' : available > 0 ? 'ready' : 'unavailable';
    sendJson(response, status === 'ready' ? 200 : 503, {
      status,
      aliases: { configured: all.length, available },
    });
  };
}

function reload({ access, reload: load }: GatewayOptions): Handler {
  return async (incoming, response, requestId) => {
    requireJson(incoming);
    await access.admitAdmin(presentedKey(incoming.headers));
    sendJson(response, 200, await load(), { [responseHeaders.requestId]: requestId });
  };
}

function metrics({ access }: GatewayOptions, read: NonNullable<GatewayOptions['metrics']>): Handler {
  return async (incoming, response) => {
    await access.admitAdmin(presentedKey(incoming.headers));
    const { contentType, text } = await read();
    const body = Buffer.from(text);
    response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
    response.end(body);
  };
}

/** Routes that cost nothing need a valid key where keys are used. */
async function withAnyKey(access: GatewayOptions['access'], incoming: IncomingMessage): Promise<void> {
  (await access.admit(presentedKey(incoming.headers), null)).settle({ tokens: 0, costUsd: 0 });
}

/** A page in a browser cannot send this type here without asking first, and is then refused. */
function requireJson(incoming: IncomingMessage): void {
  if (incoming.headers['content-type']?.toLowerCase().startsWith('application/json')) return;
  throw new RequestError(
    415,
    'content-type-unsupported',
    'The content type of the body is not understood',
    'Send `content-type: application/json`.',
  );
}
