import { ConfigError } from '../../core/errors/index.ts';
import { answerAdmin } from '../../stages/serve/access/index.ts';
import { AliasTable, GatewayServer, isLoopback } from '../../stages/serve/http/index.ts';
import type { ServeConfig } from '../../stages/serve/schema.ts';
import type { Workspace } from '../workspace.ts';
import { AliasAnswerers, aliasCost, requireAliases } from './alias-answerers.ts';
import { readServeConfig } from './gateway-config.ts';
import { LocalOnDemand } from './local-on-demand.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { openServices } from './services.ts';
import { UpstreamServers } from './upstream-servers.ts';

/** A gateway that answers requests in this process. */
export interface Gateway {
  readonly url: string;
  readonly aliases: () => readonly string[];
  /** Reads the configuration again and swaps the aliases; where it is wrong nothing changes, and the log says so. */
  reload(): Promise<{ readonly aliases: readonly string[] }>;
  /** Answers what is open, then closes everything. */
  stop(): Promise<void>;
}

export interface GatewayProcess {
  /** Processes that answer, this one included. */
  readonly workers: number;
  /** Reloads every process, this one included; the process's own `reload` where it is alone. */
  readonly reloadAll: ((own: Gateway['reload']) => Promise<{ readonly aliases: readonly string[] }>) | null;
}

/**
 * Opens everything and listens.
 * @throws ConfigError `keys-required` | `aliases-missing`, and what opening an alias throws
 */
export async function openGateway(workspace: Workspace, processes: GatewayProcess): Promise<Gateway> {
  let config = await readServeConfig(workspace);
  requireAliases(config);
  const aliases = new AliasTable();
  const names = {
    isAlias: (name: string) => Object.hasOwn(config.aliases, name),
    isServer: (name: string) => Object.hasOwn(config.upstreams, name) || local.isKnown(name),
  };
  const services = await openServices(workspace, () => config, names, processes.workers > 1);
  const { access, telemetry } = services;
  const servers = new UpstreamServers(workspace.environment, (upstream, state) =>
    telemetry.note({ kind: 'breaker', upstream, state }),
  );
  const local = new LocalOnDemand({
    workspace,
    limits: config.limits,
    workers: processes.workers,
    telemetry,
  });
  const answerers = new AliasAnswerers(servers, local);
  const close = async () => {
    await aliases.close();
    await services.close();
  };
  const listed = () => aliases.list().map(({ alias }) => alias);
  const reload = oneAtATime(async () => {
    try {
      const next = await readServeConfig(workspace);
      requireAliases(next);
      aliases.replace(await answerers.open(next));
      config = next;
    } catch (error) {
      telemetry.note({ kind: 'failure', where: 'config', error });
      throw error;
    }
    telemetry.note({ kind: 'config-reloaded' });
    return { aliases: listed() };
  });
  try {
    requireKeys(config, await access.keysRequired());
    aliases.replace(await answerers.open(config));
    telemetry.watch({
      engines: () => local.loads,
      upstreams: () =>
        servers.list().map(server => ({
          name: server.name,
          available: server.ready,
          state: server.circuit,
        })),
    });
    const server = new GatewayServer({
      aliases,
      access,
      captures: services.captures,
      limits: config.limits,
      telemetry,
      admin: request =>
        answerAdmin(
          {
            access,
            keys: services.keys,
            aliases: () =>
              aliases.list().map(({ alias, answerer }) => ({
                alias,
                kind: answerer.kind,
                available: answerer.available(),
              })),
            reload: () => (processes.reloadAll === null ? reload() : processes.reloadAll(reload)),
            state: async () => ({ captures: services.captures.state(), local: local.load }),
          },
          request,
        ),
      costOf: alias => aliasCost(config, alias),
    });
    const url = await server.listen(config.host, config.port);
    telemetry.note({ kind: 'started', url });
    return {
      url,
      aliases: listed,
      reload,
      stop: async () => {
        await server.drain();
        telemetry.note({ kind: 'stopped' });
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A gateway that others reach answers nobody without a key. */
function requireKeys({ host }: ServeConfig, keysRequired: boolean): void {
  if (keysRequired || isLoopback(host)) return;
  throw new ConfigError(
    'keys-required',
    `${host} is reached by other machines, and there is no API key yet`,
    'Create one with `stepdown keys create`, or listen on 127.0.0.1.',
  );
}
