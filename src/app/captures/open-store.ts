import type { Environment } from '../../config/environment.ts';
import { createRedactor, type Redactor } from '../../redaction/redactor.ts';
import type { ServeConfig } from '../../stages/serve/schema.ts';
import { CaptureStore } from '../../store/captures/capture-store.ts';
import { openCapturesFile, sharedCapturesDatabase } from '../../store/captures/captures-database.ts';
import { CaptureIndexer } from '../../store/captures/indexing/capture-indexer.ts';
import { readGatewayConfig } from '../serve/gateway-config.ts';
import type { Workspace } from '../workspace.ts';

/**
 * Gives work the captures of a workspace, with all that is in the journal. A gateway may be running beside it.
 */
export async function withCaptures<Result>(
  workspace: Workspace,
  work: (store: CaptureStore) => Promise<Result>,
): Promise<Result> {
  const { serve } = await readGatewayConfig(workspace);
  const url = workspace.environment.secret('DATABASE_URL')?.reveal() ?? null;
  const postgres = url === null ? null : await (await import('../../store/postgres.ts')).openPostgres(url);
  const database =
    postgres === null
      ? await openCapturesFile(workspace.inside('captures', 'captures.db'))
      : sharedCapturesDatabase(postgres);
  try {
    const store = new CaptureStore(database.database, serve.capture.maxBytes);
    const indexer = new CaptureIndexer({
      dir: workspace.inside('captures'),
      database,
      store,
      own: null,
      onTornSegment: (file, bytes) =>
        workspace.options.progress.say(
          `Capture journal ${file} ended in ${bytes} bytes that a stopped gateway had not finished; they were cut off.`,
        ),
    });
    await indexer.run(null);
    return await work(store);
  } finally {
    await database.close();
    await postgres?.destroy();
  }
}

/**
 * The redactor that stepdown.yaml describes. The engine of regular expressions is loaded only where it has some.
 * @throws ConfigError `redaction-pattern-invalid`
 */
export async function configuredRedactor(config: ServeConfig, environment: Environment): Promise<Redactor> {
  const { patterns, placeholderKeyEnv } = config.capture;
  const key = placeholderKeyEnv === null ? null : environment.secret(placeholderKeyEnv);
  const custom =
    patterns.length === 0
      ? []
      : patterns.map((await import('../../redaction/custom-pattern.ts')).customDetector);
  return createRedactor({ custom, key: key?.reveal() ?? null });
}
