import { loadGatewayConfig } from '../../config/load.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import { everyAlias } from '../../core/access-key.ts';
import { KeyRegistry, type Ledger, parseLedger } from '../../stages/serve/access/index.ts';
import { SqlKeys } from '../../store/access/keys.ts';
import { SqlLedgers } from '../../store/access/ledgers.ts';
import { openSharedDatabase } from '../shared-database.ts';
import type { Workspace } from '../workspace.ts';
import type { KeyVerbs } from './views.ts';

/** The verbs on API keys. A gateway may be running: it takes a change over within a second. */
export function keyVerbs(workspace: Workspace): KeyVerbs {
  return {
    createKey: request =>
      withRegistry(workspace, (registry, config) => {
        warnOfUnserved(workspace, request.aliases ?? [], config);
        return registry.create(request);
      }),
    listKeys: () => withRegistry(workspace, registry => registry.list()),
    revokeKey: id => withRegistry(workspace, registry => registry.revoke(id)),
  };
}

async function withRegistry<Result>(
  workspace: Workspace,
  use: (registry: KeyRegistry, config: GatewayConfig) => Promise<Result>,
): Promise<Result> {
  // In a folder that is no workspace a key would be made where no gateway looks for it.
  const config = await loadGatewayConfig({
    workspaceDir: workspace.dir,
    configFile: workspace.options.configFile,
    flags: workspace.options.overrides,
    environment: workspace.environment,
  });
  const database = await openSharedDatabase(workspace, 'power-cut');
  try {
    const ledgers = new SqlLedgers<Ledger>(database, parseLedger);
    return await use(new KeyRegistry({ keys: new SqlKeys(database), ledgers }), config);
  } finally {
    await database.destroy();
  }
}

/** A key may be made before its alias, so a name that is mistyped is told and not refused. */
function warnOfUnserved(workspace: Workspace, aliases: readonly string[], { serve, name }: GatewayConfig) {
  const named = Object.keys(serve.aliases);
  // Without aliases the latest specialist has the name of the workspace.
  const served = named.length > 0 ? named : [name];
  const unserved = aliases.filter(alias => alias !== everyAlias && !served.includes(alias));
  if (unserved.length === 0) return;
  workspace.options.progress.say(
    `Warning: nothing is served as ${unserved.join(', ')}; there is ${served.join(', ')}. The key may use the name once it is under serve.aliases.`,
  );
}
