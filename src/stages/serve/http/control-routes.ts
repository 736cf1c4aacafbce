import type { IncomingMessage, ServerResponse } from 'node:http';
import { feedbackRequestSchema } from '../../../contracts/feedback.ts';
import type { Model, ModelList } from '../../../contracts/models.ts';
import { responseHeaders } from '../../../contracts/response-headers.ts';
import { type HealthAnswer, type HealthCheck, liveness, readiness } from '../observe/health.ts';
import { expositionContentType } from '../observe/metrics/exposition.ts';
import { unknownModel } from './alias-table.ts';
import { sendJson } from './answer/send.ts';
import type { GatewayOptions, Handler } from './gateway-options.ts';
import { parseBody } from './request/parse-body.ts';
import { presentedKey } from './request/presented-key.ts';
import { BodyReader } from './request/read-body.ts';
import { RequestError } from './request/request-error.ts';
import { pathOf, type Route } from './router.ts';

const modelPath = '/v1/models/';

/**
 * Every route beside the data requests.
 * @param draining whether the gateway is stopping
 */
export function controlRoutes(options: GatewayOptions, draining: () => boolean): ReadonlyMap<string, Route> {
  return new Map<string, Route>([
    ['/v1/models', { method: 'GET', handler: listModels(options) }],
    [modelPath, { method: 'GET', handler: oneModel(options) }],
    ['/v1/feedback', { method: 'POST', handler: takeFeedback(options) }],
    ['/healthz', { method: 'GET', handler: async (_, response) => sendHealth(response, liveness()) }],
    ['/readyz', { method: 'GET', handler: ready(options, draining) }],
    ['/metrics', { method: 'GET', handler: metrics(options) }],
  ]);
}

/** The aliases that a key may use. */
async function modelsFor({ access, aliases }: GatewayOptions, incoming: IncomingMessage): Promise<Model[]> {
  const holder = await access.recognize(presentedKey(incoming.headers));
  return aliases
    .list()
    .filter(({ alias }) => holder.mayUse(alias))
    .map(({ alias, created }) => ({ id: alias, object: 'model', created, owned_by: 'stepdown' }));
}

function listModels(options: GatewayOptions): Handler {
  return async (incoming, response, requestId) => {
    const list: ModelList = { object: 'list', data: await modelsFor(options, incoming) };
    sendJson(response, 200, list, { [responseHeaders.requestId]: requestId });
  };
}

/** Clients escape the slashes of a name, or do not. */
function oneModel(options: GatewayOptions): Handler {
  return async (incoming, response, requestId) => {
    const models = await modelsFor(options, incoming);
    const asked = pathOf(incoming.url ?? '').slice(modelPath.length);
    const model = models.find(({ id }) => id === asked || encodeURIComponent(id) === asked);
    if (model === undefined) throw unknownModel(asked);
    sendJson(response, 200, model, { [responseHeaders.requestId]: requestId });
  };
}

function takeFeedback({ access, aliases, captures, limits, telemetry }: GatewayOptions): Handler {
  const bodies = new BodyReader(limits.maxBodyBytes);
  return async (incoming, response, requestId) => {
    // Whose key is no good costs the gateway no body.
    const holder = await access.recognize(presentedKey(incoming.headers));
    const raw = await bodies.read(incoming);
    bodies.release(raw);
    // Counted as a request: what it writes is bounded by the key's limits.
    (await holder.admit(null)).settle({ tokens: 0, costUsd: 0 });
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
    const feedback = { captureId: id, at: Date.now(), correctAnswer, rating };
    const known = await captures.addFeedback(feedback);
    if (!known) {
      throw new RequestError(
        404,
        'capture-unknown',
        'No answer with this id was recorded',
        'Send the `x-request-id` of the answer.',
        { param: 'id' },
      );
    }
    for (const { answerer } of aliases.list()) answerer.rated?.(feedback);
    telemetry.note({ kind: 'feedback', rating, corrected: correctAnswer !== null });
    sendJson(response, 200, { id, object: 'feedback' }, { [responseHeaders.requestId]: requestId });
  };
}

/** Whether requests should be sent here: not while stopping, and not where no alias could answer. */
function ready({ aliases }: GatewayOptions, draining: () => boolean): Handler {
  const checks: readonly HealthCheck[] = [
    { name: 'accepting', check: () => !draining() },
    { name: 'aliases', check: () => aliases.list().some(({ answerer }) => answerer.available()) },
  ];
  return async (_incoming, response) => sendHealth(response, await readiness(checks));
}

function sendHealth(response: ServerResponse, { status, body }: HealthAnswer): void {
  sendJson(response, status, body, { 'cache-control': 'no-store' });
}

function metrics({ access, telemetry }: GatewayOptions): Handler {
  return async (incoming, response) => {
    await access.admitAdmin(presentedKey(incoming.headers));
    const body = Buffer.from(await telemetry.metrics());
    response.writeHead(200, { 'content-type': expositionContentType, 'content-length': body.length });
    response.end(body);
  };
}

/** Everything below `/admin/`. */
export function administration({ admin, limits }: GatewayOptions): Handler {
  const bodies = new BodyReader(limits.maxBodyBytes);
  return async (incoming, response, requestId) => {
    const { status, body } = await admin({
      method: incoming.method ?? '',
      path: pathOf(incoming.url ?? '/'),
      presented: presentedKey(incoming.headers),
      body: async () => {
        const raw = await bodies.read(incoming);
        bodies.release(raw);
        return parseBody(raw, limits.maxJsonDepth).body;
      },
    });
    sendJson(response, status, body, {
      [responseHeaders.requestId]: requestId,
      'cache-control': 'no-store',
    });
  };
}
