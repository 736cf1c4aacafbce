import { loadGatewayConfig } from '../../config/load.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import type { ServeConfig } from '../../stages/serve/schema.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Name and section `serve` as they are in the file now, which need not describe a task.
 * @throws ConfigError, see loadConfig
 */
export function readGatewayConfig(workspace: Workspace): Promise<GatewayConfig> {
  return loadGatewayConfig(workspace.loadOptions);
}

/**
 * What a gateway serves. Without aliases, the workspace's latest specialist is served under
 * the workspace's name.
 * @throws ConfigError, see loadConfig
 */
export async function readServeConfig(workspace: Workspace): Promise<ServeConfig> {
  const { serve, name } = await readGatewayConfig(workspace);
  if (Object.keys(serve.aliases).length > 0) return serve;
  const specialist = await (await workspace.runs()).latest('specialist');
  return specialist === null || specialist === undefined
    ? serve
    : { ...serve, aliases: { [name]: { kind: 'specialist' } } };
}
