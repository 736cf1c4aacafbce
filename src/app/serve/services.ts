import type { CaptureLog } from '../../core/capture.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { GatewayAccess, KeyRegistry, type Ledger, parseLedger } from '../../stages/serve/access/index.ts';
import {
  createTelemetry,
  fileDescriptorSink,
  type KnownNames,
  LogLines,
  primaryPeer,
  startTracing,
} from '../../stages/serve/observe/index.ts';
import type { ServeConfig } from '../../stages/serve/schema.ts';
import { SqlKeys } from '../../store/access/keys.ts';
import { SqlLedgers } from '../../store/access/ledgers.ts';
import { openGatewayCaptures } from '../captures/index.ts';
import { openSharedDatabase } from '../shared-database.ts';
import type { Workspace } from '../workspace.ts';

/** What every request passes through, whichever alias answers it. */
export interface GatewayServices {
  readonly access: GatewayAccess;
  readonly keys: KeyRegistry;
  readonly captures: CaptureLog;
  readonly telemetry: Telemetry;
  close(): Promise<void>;
}

/** File descriptor that log lines are written to. */
export const standardError = 2;

/**
 * Opens keys, captures and telemetry: in the workspace, or in Postgres where DATABASE_URL names one.
 * @param config as it is now, after each reload
 * @param isWorker other processes answer beside this one
 */
export async function openServices(
  workspace: Workspace,
  config: () => ServeConfig,
  names: KnownNames,
  isWorker: boolean,
): Promise<GatewayServices> {
  const { environment } = workspace;
  // Use is booked from the thread that answers: it must not wait for the disk.
  const database = await openSharedDatabase(workspace, 'process-end');
  const lines = new LogLines(config().log, fileDescriptorSink(standardError));
  const { traces } = environment;
  const telemetry = createTelemetry({
    names,
    lines,
    tracing:
      traces === null
        ? null
        : await startTracing({
            endpoint: traces.endpoint,
            headers: traces.headers?.reveal() ?? null,
            serviceName: traces.serviceName,
          }),
    primary: isWorker ? primaryPeer() : null,
  });
  const captures = await openGatewayCaptures({
    workspace,
    config,
    postgres: environment.databaseUrl === null ? null : database,
    tell: sentence => telemetry.note({ kind: 'failure', where: 'capture', error: new Error(sentence) }),
  });
  const stores = { keys: new SqlKeys(database), ledgers: new SqlLedgers<Ledger>(database, parseLedger) };
  const access = new GatewayAccess(stores);
  const keys = new KeyRegistry({ ...stores, onChange: id => access.forget(id) });
  telemetry.watch({ captures: () => captures.state() });
  return {
    access,
    keys,
    captures,
    telemetry,
    async close() {
      await access.close();
      await captures.close();
      await database.destroy();
      await telemetry.close();
    },
  };
}
