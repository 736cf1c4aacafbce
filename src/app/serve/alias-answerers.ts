import { ConfigError } from '../../core/errors/index.ts';
import type { Answerer } from '../../stages/serve/answerer.ts';
import type { AliasCost } from '../../stages/serve/http/index.ts';
import type { AliasConfig, ServeConfig, TargetConfig } from '../../stages/serve/schema.ts';
import { createUpstreamAnswerer } from '../../stages/serve/upstream/index.ts';
import type { LocalOnDemand } from './local-on-demand.ts';
import type { LocalConfig } from './local-serving.ts';
import { type OpenServed, servedByUpstreams } from './served-by.ts';
import type { UpstreamServers } from './upstream-servers.ts';

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
    const { queue, sequences, servedSequences } = config.limits;
    return JSON.stringify([alias, upstreams, local, queue, sequences, servedSequences]);
  }

  async #answererOf(config: ServeConfig, alias: string, aliasConfig: AliasConfig): Promise<Answerer> {
    switch (aliasConfig.kind) {
      case 'upstream':
        return this.#upstream(config, aliasConfig.targets);
      case 'specialist':
        return this.#local.specialist(aliasConfig, this.#servedBy(config, alias, aliasConfig));
      case 'cascade': {
        const large = this.#upstream(config, aliasConfig.large);
        try {
          return await this.#local.cascade(
            alias,
            aliasConfig,
            large,
            this.#servedBy(config, alias, aliasConfig),
          );
        } catch (error) {
          await large.close();
          throw error;
        }
      }
    }
  }

  #upstream(config: ServeConfig, targets: readonly TargetConfig[]): Answerer {
    return createUpstreamAnswerer({
      upstream: this.#servers.group(config, targets),
      priceOf: servedBy => config.upstreams[servedBy]?.price ?? null,
      dearestInput: dearest(config, targets)?.input ?? 0,
    });
  }

  #servedBy(config: ServeConfig, alias: string, { servedBy }: LocalConfig): OpenServed | null {
    return servedBy === undefined ? null : servedByUpstreams(this.#servers, config, alias, servedBy);
  }
}

/** Servers that an alias may ask. */
function targetsOf(alias: AliasConfig): readonly TargetConfig[] {
  if (alias.kind === 'upstream') return alias.targets;
  return [...(alias.servedBy ?? []), ...(alias.kind === 'cascade' ? alias.large : [])];
}

/**
 * What requests to an alias may cost: the dearest of its servers, each kind of token by itself. A cascade may pay both
 * for the specialist's answer and for the large model's.
 */
export function aliasCost(config: ServeConfig, alias: string): AliasCost {
  const aliasConfig = config.aliases[alias];
  if (aliasConfig === undefined) return { price: null, addedTokens: 0 };
  const sides =
    aliasConfig.kind === 'cascade'
      ? [aliasConfig.servedBy ?? [], aliasConfig.large]
      : [targetsOf(aliasConfig)];
  const prices = sides.flatMap(targets => dearest(config, targets) ?? []);
  const sum = (kind: 'input' | 'output') => prices.reduce((total, price) => total + price[kind], 0);
  return {
    price: prices.length === 0 ? null : { input: sum('input'), output: sum('output') },
    addedTokens: 0,
  };
}

function dearest(config: ServeConfig, targets: readonly TargetConfig[]) {
  const prices = targets.flatMap(({ upstream }) => config.upstreams[upstream]?.price ?? []);
  if (prices.length === 0) return null;
  return {
    input: Math.max(...prices.map(({ input }) => input)),
    output: Math.max(...prices.map(({ output }) => output)),
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
