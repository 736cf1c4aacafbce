import type { Environment } from '../../config/environment.ts';
import { ConfigError } from '../../core/errors/index.ts';
import type { Upstream } from '../../core/upstream.ts';
import { realSurroundings } from '../../engines/openai-compatible/retry.ts';
import { type CircuitState, UpstreamGroup, UpstreamServer } from '../../engines/upstream/index.ts';
import type { ServeConfig, TargetConfig } from '../../stages/serve/schema.ts';

type UpstreamsConfig = Pick<ServeConfig, 'upstreams'>;
type UpstreamConfig = ServeConfig['upstreams'][string];

interface Held {
  readonly server: UpstreamServer;
  users: number;
}

/**
 * The model servers in use, one object each however many aliases share it: its health is known to all of them. A
 * server whose configuration did not change stays through a reload; one that nobody uses is closed.
 */
export class UpstreamServers {
  readonly #environment: Environment;
  readonly #onCircuit: (upstream: string, state: CircuitState) => void;
  readonly #held = new Map<string, Held>();

  /** @param onCircuit told of each server that is taken out of use, and when it comes back */
  constructor(
    environment: Environment,
    onCircuit: (upstream: string, state: CircuitState) => void = () => undefined,
  ) {
    this.#environment = environment;
    this.#onCircuit = onCircuit;
  }

  /**
   * Several targets behind one name; closing it lets go of their servers.
   * @throws ConfigError `upstream-unknown` | `key-missing` | `base-url-invalid`
   */
  group(config: UpstreamsConfig, targets: readonly TargetConfig[]): Upstream {
    const servers: UpstreamServer[] = [];
    try {
      for (const { upstream } of targets) servers.push(this.#take(config, upstream));
    } catch (error) {
      for (const server of servers) void this.#release(server);
      throw error;
    }
    const group = new UpstreamGroup({
      targets: targets.map(({ model, weight }, index) => ({
        server: servers[index]!,
        model: model ?? null,
        weight,
      })),
      maxRetries: Math.max(...targets.map(({ upstream }) => config.upstreams[upstream]!.maxRetries)),
      surroundings: realSurroundings,
    });
    return {
      send: request => group.send(request),
      available: () => group.available(),
      close: async () => {
        await Promise.all(servers.map(server => this.#release(server)));
      },
    };
  }

  #take(config: UpstreamsConfig, name: string): UpstreamServer {
    const upstream = config.upstreams[name];
    if (upstream === undefined) throw unknownUpstream(name, Object.keys(config.upstreams));
    const key = identity(name, upstream);
    let held = this.#held.get(key);
    if (held === undefined) {
      held = { server: this.#open(name, upstream), users: 0 };
      this.#held.set(key, held);
    }
    held.users += 1;
    return held.server;
  }

  async #release(server: UpstreamServer): Promise<void> {
    for (const [key, held] of this.#held) {
      if (held.server !== server) continue;
      held.users -= 1;
      if (held.users > 0) return;
      this.#held.delete(key);
      return server.close();
    }
  }

  /** Every server in use, for metrics. */
  list(): readonly UpstreamServer[] {
    return [...this.#held.values()].map(({ server }) => server);
  }

  #open(name: string, config: UpstreamConfig): UpstreamServer {
    const { apiKeyEnv } = config;
    const key = apiKeyEnv === null ? null : this.#environment.secret(apiKeyEnv);
    if (apiKeyEnv !== null && key === null) {
      throw new ConfigError(
        'key-missing',
        `serve.upstreams.${name}.apiKeyEnv names ${apiKeyEnv}, which is not set`,
        `Set ${apiKeyEnv} to the key of this server, or remove apiKeyEnv.`,
      );
    }
    return new UpstreamServer({
      name,
      baseUrl: config.baseUrl,
      apiKey: key?.reveal() ?? null,
      allowPrivate: config.allowPrivate,
      timeoutMs: config.timeoutMs,
      surroundings: realSurroundings,
      onCircuit: state => this.#onCircuit(name, state),
    });
  }
}

/** What makes two configurations of a server the same. Prices and retries are the aliases'. */
function identity(name: string, { baseUrl, apiKeyEnv, allowPrivate, timeoutMs }: UpstreamConfig): string {
  return JSON.stringify([name, baseUrl, apiKeyEnv, allowPrivate, timeoutMs]);
}

function unknownUpstream(given: string, candidates: readonly string[]): ConfigError {
  return new ConfigError(
    'upstream-unknown',
    `A target names the upstream "${given}", which is not under serve.upstreams`,
    'Name one that is, or add it.',
    { details: { given, candidates } },
  );
}
