import cluster from 'node:cluster';
import { once } from 'node:events';
import { StepdownError } from '../../core/errors/index.ts';
import type { ServeOptions } from '../app.ts';
import type { Workspace } from '../workspace.ts';
import { requireAliases } from './alias-answerers.ts';
import { openGateway } from './gateway.ts';
import { readServeConfig } from './gateway-config.ts';
import { reservePort } from './reserve-port.ts';
import { runWorker } from './worker.ts';
import { runWorkers } from './workers.ts';

/**
 * Runs the gateway until the signal aborts: in this process, or in several.
 * @throws ConfigError `keys-required` | `aliases-missing`, PrerequisiteError `port-unavailable` | `worker-failed`
 */
export async function serve(workspace: Workspace, options: ServeOptions): Promise<void> {
  const { signal, progress } = workspace.options;
  if (cluster.isWorker) return runWorker(workspace, options.workers);
  if (options.workers > 1) {
    // What is wrong with the configuration is told once, before any process is started.
    const config = await readServeConfig(workspace);
    requireAliases(config);
    const port = await reservePort(config.host, config.port);
    return runWorkers({
      count: options.workers,
      signal,
      onReady: options.onReady,
      note: event => {
        if (event.kind === 'failure') progress.say('A worker process ended and is replaced');
      },
      argv: [...process.argv.slice(2), '--port', String(port)],
    });
  }
  const gateway = await openGateway(workspace, { workers: 1, reloadAll: null });
  const onHangUp = () =>
    void gateway.reload().then(
      ({ aliases }) => progress.say(`Configuration read again; aliases: ${aliases.join(', ')}`),
      (error: unknown) => {
        const said = error instanceof StepdownError ? `${error.message}. ${error.hint}` : String(error);
        progress.say(`The configuration was not taken over: ${said}`);
      },
    );
  process.on('SIGHUP', onHangUp);
  options.onReady({ url: gateway.url, aliases: gateway.aliases() });
  if (!signal.aborted) await once(signal, 'abort');
  process.off('SIGHUP', onHangUp);
  await gateway.stop();
}
