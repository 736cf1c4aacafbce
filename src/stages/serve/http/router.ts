import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Telemetry } from '../../../core/telemetry.ts';
import { errorAnswer } from './answer/error-answer.ts';
import { sendError } from './answer/send.ts';
import type { Handler } from './gateway-options.ts';
import { RequestError, wrongMethod } from './request/request-error.ts';
import { newRequestId } from './request/request-id.ts';

/** What a path answers to. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly handler: Handler;
}

/** The path of a request target, without its query. An absolute address is reduced to its path (RFC 9112, 3.2.2). */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  const address = query === -1 ? target : target.slice(0, query);
  if (address.startsWith('/')) return address;
  const origin = /^https?:\/\/[^/]*/i.exec(address)?.[0];
  return origin === undefined ? address : address.slice(origin.length) || '/';
}

/** Answers the routes that are no data requests; whatever goes wrong is answered in the error shape. */
export class Router {
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #administration: Handler;
  readonly #telemetry: Telemetry;

  /** @param administration answers everything below `/admin/` */
  constructor(routes: ReadonlyMap<string, Route>, administration: Handler, telemetry: Telemetry) {
    this.#routes = routes;
    this.#administration = administration;
    this.#telemetry = telemetry;
  }

  /** The route whose path ends in a slash and has this one below it. */
  #below(path: string): Route | undefined {
    const found = [...this.#routes].find(([prefix]) => prefix.endsWith('/') && path.startsWith(prefix));
    return found?.[1];
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = newRequestId(Date.now());
    try {
      const path = pathOf(incoming.url ?? '/');
      if (path.startsWith('/admin/')) return await this.#administration(incoming, response, requestId);
      const route = this.#routes.get(path) ?? this.#below(path);
      if (route === undefined) throw unknownRoute();
      const allowed = route.method === 'GET' ? 'GET, HEAD' : 'POST';
      if (!allowed.split(', ').includes(incoming.method ?? '')) {
        throw wrongMethod(allowed);
      }
      await route.handler(incoming, response, requestId);
    } catch (error) {
      const failure = errorAnswer(error);
      if (error instanceof RequestError && error.allow !== null) response.setHeader('allow', error.allow);
      if (failure.code === 'internal-error') {
        this.#telemetry.note({ kind: 'failure', where: 'control-route', error });
      }
      sendError(response, requestId, failure, incoming.complete ? {} : { connection: 'close' });
    }
  }
}

function unknownRoute(): RequestError {
  const hint = 'Clients use <url>/v1 as their base URL; docs/guide/gateway.md lists the routes.';
  return new RequestError(404, 'route-unknown', 'There is no such route', hint);
}
