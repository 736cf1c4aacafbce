import { ConfigError } from '../../core/errors/index.ts';
import { realSurroundings } from '../../engines/openai-compatible/http.ts';
import { UpstreamGroup } from '../../engines/upstream/index.ts';
import type { Answerer } from '../../stages/serve/answerer.ts';
import type { AliasCost } from '../../stages/serve/http/index.ts';
import type { AliasConfig, ServeConfig } from '../../stages/serve/schema.ts';
import { createUpstreamAnswerer } from '../../stages/serve/upstream/index.ts';
import type { LocalOnDemand } from './local-on-demand.ts';
import type { UpstreamServers } from './upstream-servers.ts';

type Targets = Extract<AliasConfig, { kind: 'upstream' }>['targets'];

/** What makes the answerers of a configuration, and keeps those that a new configuration leaves as they are. */
export class AliasAnswerers {
  readonly #servers: UpstreamServers;
  readonly #local: LocalOnDemand;
  #current: ReadonlyMap<string, { readonly identity: string; readonly answerer: Answerer }> = new Map();

  constructor(servers: UpstreamServers, local: LocalOnDemand) {
    this.#servers = servers;
    this.#local = local;
  }

  /**
   * Opens every alias of a configuration. Where one cannot be opened nothing changes, and what was opened is closed.
   * @throws ConfigError `upstream-unknown` | `key-missing` | DataError, see findSpecialist and readCalibration
   */
  async open(config: ServeConfig): Promise<ReadonlyMap<string, Answerer>> {
    const opened: Answerer[] = [];
    const next = new Map<string, { identity: string; answerer: Answerer }>();
    try {
      for (const [alias, aliasConfig] of Object.entries(config.aliases)) {
        const identity = await this.#identity(config, aliasConfig);
        const before = this.#current.get(alias);
        if (before?.identity === identity) {
          next.set(alias, before);
          continue;
        }
        const answerer = await this.#answererOf(config, alias, aliasConfig);
        opened.push(answerer);
        next.set(alias, { identity, answerer });
      }
    } catch (error) {
      await Promise.all(opened.map(answerer => answerer.close()));
      throw error;
    }
    this.#current = next;
    return new Map([...next].map(([alias, { answerer }]) => [alias, answerer]));
  }

  /** Everything that decides how an alias answers; a new build of a specialist makes it another. */
  async #identity(config: ServeConfig, alias: AliasConfig): Promise<string> {
    const targets = targetsOf(alias);
    const upstreams = targets.map(({ upstream }) => config.upstreams[upstream]);
    const local = alias.kind === 'upstream' ? null : await this.#local.identity(alias);
    return JSON.stringify([alias, upstreams, local, config.limits.queue, config.limits.sequences]);
  }

  async #answererOf(config: ServeConfig, alias: string, aliasConfig: AliasConfig): Promise<Answerer> {
    switch (aliasConfig.kind) {
      case 'upstream':
        return this.#upstream(config, aliasConfig.targets);
      case 'specialist':
        return this.#local.specialist(aliasConfig);
      case 'cascade': {
        const large = this.#upstream(config, aliasConfig.large);
        try {
          return await this.#local.cascade(alias, aliasConfig, large);
        } catch (error) {
          await large.close();
          throw error;
        }
      }
    }
  }

  #upstream(config: ServeConfig, targets: Targets): Answerer {
    const servers = targets.map(({ upstream }) => this.#servers.take(config, upstream));
    const group = new UpstreamGroup({
      targets: targets.map(({ model, weight }, index) => ({
        server: servers[index]!,
        model: model ?? null,
        weight,
      })),
      maxRetries: Math.max(...targets.map(({ upstream }) => config.upstreams[upstream]!.maxRetries)),
      surroundings: realSurroundings,
    });
    return createUpstreamAnswerer({
      upstream: {
        send: request => group.send(request),
        available: () => group.available(),
        close: async () => {
          await Promise.all(servers.map(server => this.#servers.release(server)));
        },
      },
      priceOf: servedBy => config.upstreams[servedBy]?.price ?? null,
    });
  }
}

/** Servers that an alias may ask. */
function targetsOf(alias: AliasConfig): Targets {
  if (alias.kind === 'upstream') return alias.targets;
  return alias.kind === 'cascade' ? alias.large : [];
}

/** What requests to an alias may cost: the dearest of its servers, each kind of token by itself. */
export function aliasCost(config: ServeConfig, alias: string): AliasCost {
  const aliasConfig = config.aliases[alias];
  if (aliasConfig === undefined) return { price: null, addedTokens: 0 };
  const prices = targetsOf(aliasConfig).flatMap(({ upstream }) => config.upstreams[upstream]?.price ?? []);
  if (prices.length === 0) return { price: null, addedTokens: 0 };
  return {
    price: {
      input: Math.max(...prices.map(({ input }) => input)),
      output: Math.max(...prices.map(({ output }) => output)),
    },
    addedTokens: 0,
  };
}

/** @throws ConfigError `aliases-missing` where nothing is to be served */
export function requireAliases(config: ServeConfig): void {
  if (Object.keys(config.aliases).length > 0) return;
  throw new ConfigError(
    'aliases-missing',
    'There is nothing to serve: serve.aliases is empty, and this workspace has no specialist yet',
    'Add an alias under serve.aliases, or make a specialist with `stepdown run`.',
  );
}
