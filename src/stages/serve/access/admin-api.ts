import type { AccessControl } from '../../../core/access.ts';
import { AccessError, ConfigError } from '../../../core/errors/index.ts';
import { RequestError, wrongMethod } from '../http/request/request-error.ts';
import type { KeyRegistry } from './key-registry.ts';

/** A request to the admin API, before anything of it was checked. */
export interface AdminRequest {
  /** As in HTTP: `GET`. */
  readonly method: string;
  /** Path without its query: `/admin/keys`. */
  readonly path: string;
  /** The key that was sent, without `Bearer `; null where none was. */
  readonly presented: string | null;
  /** Reads and parses the body; called for routes that take one, once the key was admitted. */
  readonly body: () => Promise<unknown>;
}

/** To be sent as JSON. */
export interface AdminReply {
  readonly status: number;
  readonly body: object;
}

/** What the admin API administers. */
export interface AdminOptions {
  readonly access: AccessControl;
  readonly keys: KeyRegistry;
  /** Every alias that is served, with what is known of it. */
  readonly aliases: () => readonly object[];
  /** Reads the configuration again and swaps the aliases. */
  readonly reload: () => Promise<object>;
  /** How the gateway is doing. */
  readonly state: () => Promise<object>;
}

interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A segment that begins with `:` stands for any one segment, which the handler is given. */
  readonly path: string;
  readonly handle: (
    options: AdminOptions,
    body: AdminRequest['body'],
    segment: string,
  ) => Promise<AdminReply>;
}

/** Every route of the admin API. Each needs an admin key, and so does asking whether a route exists. */
export const adminRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/admin/keys',
    handle: async ({ keys }) => ok({ keys: await keys.list() }),
  },
  {
    method: 'POST',
    path: '/admin/keys',
    handle: async ({ keys, access }, body) => {
      if (!(await access.keysRequired())) throw firstKey();
      return { status: 201, body: await keys.create(await body()) };
    },
  },
  {
    method: 'DELETE',
    path: '/admin/keys/:id',
    handle: async ({ keys }, _body, id) => ok(await keys.revoke(id).catch(notFound)),
  },
  {
    method: 'GET',
    path: '/admin/aliases',
    handle: async ({ aliases }) => ok({ aliases: aliases() }),
  },
  {
    method: 'POST',
    path: '/admin/reload',
    handle: async ({ reload }) => ok(await reload()),
  },
  {
    method: 'GET',
    path: '/admin/state',
    handle: async ({ state }) => ok(await state()),
  },
];

/**
 * Answers a request below `/admin/`.
 * @throws AccessError as AccessControl.admitAdmin does; `first-key-is-local` (403)
 * @throws RequestError `route-unknown` | `key-id-unknown` (404), `method-not-allowed` (405)
 * @throws ConfigError `key-request-invalid`, and whatever `body` and `reload` throw
 */
export async function answerAdmin(options: AdminOptions, request: AdminRequest): Promise<AdminReply> {
  await options.access.admitAdmin(request.presented);
  const matches = adminRoutes.filter(({ path }) => segmentOf(path, request.path) !== null);
  if (matches.length === 0) {
    throw new RequestError(404, 'route-unknown', 'There is no such route', 'See docs/guide/keys.md.');
  }
  const route = matches.find(({ method }) => method === request.method);
  if (route === undefined) {
    throw wrongMethod(matches.map(({ method }) => method).join(', '));
  }
  return route.handle(options, request.body, segmentOf(route.path, request.path) ?? '');
}

/** What stands in place of the route's variable segment, empty where it has none; null where the path is another. */
function segmentOf(route: string, path: string): string | null {
  const variable = route.indexOf(':');
  if (variable < 0) return route === path ? '' : null;
  const segment = path.slice(variable);
  const matches = path.startsWith(route.slice(0, variable)) && segment !== '' && !segment.includes('/');
  return matches ? segment : null;
}

function ok(body: object): AdminReply {
  return { status: 200, body };
}

function notFound(cause: unknown): never {
  if (!(cause instanceof ConfigError)) throw cause;
  throw new RequestError(404, cause.code, cause.message, 'Ask GET /admin/keys which there are.', {
    param: 'id',
  });
}

/** With the first key the gateway closes to all others: that is for whoever runs it, not for whoever reaches it. */
function firstKey(): AccessError {
  return new AccessError(
    403,
    'first-key-is-local',
    'The first key of a gateway cannot be made over HTTP',
    'Run `stepdown keys create --name <name> --admin` on its machine.',
  );
}
