import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileDescriptorSink, LogLines } from '../../stages/serve/observe/index.ts';
import type { ServeOptions } from '../app.ts';
import type { Workspace } from '../workspace.ts';
import { requireAliases } from './alias-answerers.ts';
import { openGateway } from './gateway.ts';
import { readServeConfig } from './gateway-config.ts';
import { standardError } from './services.ts';
import { reservePort } from './workers/reserve-port.ts';
import { runWorker } from './workers/worker.ts';
import { runWorkers } from './workers/workers.ts';

/**
 * Runs the gateway until the signal aborts: in this process, or in several.
 * @throws ConfigError `keys-required` | `aliases-missing`, PrerequisiteError `port-unavailable` | `worker-failed`
 */
export async function serve(workspace: Workspace, options: ServeOptions): Promise<void> {
  const { signal } = workspace.options;
  if (cluster.isWorker) return runWorker(workspace, options.workers);
  if (options.workers > 1) {
    // What is wrong with the configuration is told once, before any process is started.
    const config = await readServeConfig(workspace);
    requireAliases(config);
    const port = await reservePort(config.host, config.port);
    const lines = new LogLines(config.log, fileDescriptorSink(standardError));
    await runWorkers({
      count: options.workers,
      signal,
      onReady: options.onReady,
      onReplaced: ({ code }) => lines.write('error', 'failure', { where: 'server', code }),
      argv: [...process.argv.slice(2), '--port', String(port)],
    });
    return lines.close();
  }
  const gateway = await openGateway(workspace, { workers: 1, reloadAll: null });
  // Either outcome is in the log.
  const onHangUp = () => void gateway.reload().catch(() => undefined);
  process.on('SIGHUP', onHangUp);
  options.onReady({ url: gateway.url, aliases: gateway.aliases() });
  if (!signal.aborted) await once(signal, 'abort');
  process.off('SIGHUP', onHangUp);
  await gateway.stop();
}
