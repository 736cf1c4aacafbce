import { loadGatewayConfig } from '../../config/load.ts';
import { KeyRegistry, type Ledger, parseLedger } from '../../stages/serve/access/index.ts';
import { SqlKeys } from '../../store/access/keys.ts';
import { SqlLedgers } from '../../store/access/ledgers.ts';
import { openSharedDatabase } from '../shared-database.ts';
import type { Workspace } from '../workspace.ts';
import type { KeyVerbs } from './views.ts';

/** The verbs on API keys. A gateway may be running: it takes a change over within a second. */
export function keyVerbs(workspace: Workspace): KeyVerbs {
  return {
    createKey: request => withRegistry(workspace, registry => registry.create(request)),
    listKeys: () => withRegistry(workspace, registry => registry.list()),
    revokeKey: id => withRegistry(workspace, registry => registry.revoke(id)),
  };
}

async function withRegistry<Result>(
  workspace: Workspace,
  use: (registry: KeyRegistry) => Promise<Result>,
): Promise<Result> {
  // In a folder that is no workspace a key would be made where no gateway looks for it.
  await loadGatewayConfig({
    workspaceDir: workspace.dir,
    configFile: workspace.options.configFile,
    flags: workspace.options.overrides,
    environment: workspace.environment,
  });
  const database = await openSharedDatabase(workspace, 'power-cut');
  try {
    const ledgers = new SqlLedgers<Ledger>(database, parseLedger);
    return await use(new KeyRegistry({ keys: new SqlKeys(database), ledgers }));
  } finally {
    await database.destroy();
  }
}
