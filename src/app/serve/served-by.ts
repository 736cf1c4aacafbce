import type { ChatModel } from '../../core/chat-model.ts';
import { upstreamModel } from '../../engines/upstream/index.ts';
import type { ServeConfig, TargetConfig } from '../../stages/serve/schema.ts';
import type { UpstreamServers } from './upstream-servers.ts';

/** A specialist that model servers run, as a model like any other. */
export interface ServedModel {
  /** Closing it lets go of the servers. */
  readonly model: ChatModel;
  /** Whether a server takes requests now. */
  available(): boolean;
}

/**
 * @param options.logprobs whether the servers give log-probabilities; where they do not they are not asked for
 * @throws ConfigError `upstream-unknown` | `key-missing` | `base-url-invalid`
 */
export type OpenServed = (options: { readonly id: string; readonly logprobs: boolean }) => ServedModel;

/** @param alias the model's name for servers whose target names none */
export function servedByUpstreams(
  servers: UpstreamServers,
  config: Pick<ServeConfig, 'upstreams'>,
  alias: string,
  targets: readonly TargetConfig[],
): OpenServed {
  return options => {
    const upstream = servers.group(config, targets);
    const model = upstreamModel({
      ...options,
      upstream,
      model: alias,
      timeoutMs: Math.max(...targets.map(target => config.upstreams[target.upstream]!.timeoutMs)),
      priceOf: servedBy => {
        const price = config.upstreams[servedBy]?.price ?? null;
        return price && { ...price, cachedInput: price.cachedInput ?? price.input };
      },
    });
    return { model, available: () => upstream.available() };
  };
}

/** A server and the model it runs, as a calibration records them. */
export interface ServerOfSpecialist {
  readonly upstream: string;
  readonly model: string;
}

/** Which servers run a specialist; shares of the traffic change no answer. */
export function serversOf(alias: string, targets: readonly TargetConfig[]): ServerOfSpecialist[] {
  return targets.map(({ upstream, model }) => ({ upstream, model: model ?? alias }));
}
