import { alternativesFor, specialistMessages } from '../../answering/index.ts';
import type { Config } from '../../config/schema.ts';
import type { ChatModel } from '../../core/chat-model.ts';
import { ConfigError, UpstreamError } from '../../core/errors/index.ts';
import type { Example } from '../../core/example.ts';
import type { TargetConfig } from '../../stages/serve/schema.ts';
import { type ServerOfSpecialist, servedByUpstreams, serversOf } from '../serve/served-by.ts';
import { UpstreamServers } from '../serve/upstream-servers.ts';
import { type FoundSpecialist, openSpecialist } from '../served-specialist.ts';
import type { Workspace } from '../workspace.ts';

/** What runs the specialist of a cascade. */
export interface LocalSide {
  /** Servers that do, by the names of stepdown.yaml; null where this process does. */
  readonly servers: readonly ServerOfSpecialist[] | null;
  /** Opens it. @param logprobs whether the servers give log-probabilities; where they do not they are not asked for */
  open(found: FoundSpecialist, logprobs: boolean): Promise<ChatModel>;
}

/** The specialist opened in this process, by its own file. */
export function inThisProcess({ runtime }: Config): LocalSide {
  return { servers: null, open: found => openSpecialist(found, runtime) };
}

/**
 * What runs the specialist of an alias.
 * @throws ConfigError `alias-not-local` | `upstream-unknown`
 */
export function localSideOfAlias(workspace: Workspace, config: Config, alias: string): LocalSide {
  const found = config.serve.aliases[alias];
  if (found === undefined || found.kind === 'upstream') {
    const candidates = Object.entries(config.serve.aliases).filter(([, { kind }]) => kind !== 'upstream');
    const names = candidates.map(([name]) => name);
    throw new ConfigError(
      'alias-not-local',
      `serve.aliases has no "${alias}" with a specialist`,
      names.length === 0 ? 'Describe the alias there first.' : `Name one of: ${names.join(', ')}.`,
      { details: { given: alias, candidates: names } },
    );
  }
  return found.servedBy === undefined
    ? inThisProcess(config)
    : onServers(workspace, config, alias, serversOf(alias, found.servedBy));
}

/** What ran the specialist when a calibration was made. @throws ConfigError `upstream-unknown` */
export function localSideOfCalibration(
  workspace: Workspace,
  config: Config,
  servers: readonly ServerOfSpecialist[] | undefined,
): LocalSide {
  return servers === undefined ? inThisProcess(config) : onServers(workspace, config, '', servers);
}

function onServers(
  workspace: Workspace,
  { serve }: Config,
  alias: string,
  servers: readonly ServerOfSpecialist[],
): LocalSide {
  const targets: TargetConfig[] = servers.map(server => ({ ...server, weight: 1 }));
  return {
    servers,
    open: async ({ manifest }, logprobs) => {
      const opened = servedByUpstreams(new UpstreamServers(workspace.environment), serve, alias, targets);
      return opened({ id: manifest.name, logprobs }).model;
    },
  };
}

/**
 * Whether servers give log-probabilities: some leave them out, others refuse a request that asks for them.
 * @param example any row that is to be asked
 * @throws UpstreamError where no server answers
 */
export async function givesLogprobs(
  side: LocalSide,
  found: FoundSpecialist,
  example: Example,
  signal: AbortSignal,
): Promise<boolean> {
  const { task, prompt } = found.manifest;
  const model = await side.open(found, true);
  try {
    const { logprobs } = await model.generate({
      messages: specialistMessages(prompt, example),
      maxTokens: prompt.maxAnswerTokens,
      topLogprobs: alternativesFor(task),
      signal,
    });
    return logprobs !== null && logprobs.length > 0;
  } catch (error) {
    if (error instanceof UpstreamError && error.code === 'upstream-rejected') return false;
    throw error;
  } finally {
    await model.close();
  }
}
