import { ConfigError, StepdownError } from '../../../core/errors/index.ts';
import type { Workspace } from '../../workspace.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import { type FromWorker, isToWorker, type ReloadFailure, type ToWorker } from './worker-messages.ts';

/** Runs a gateway in one of several processes, until the primary process says stop or is gone. */
export async function runWorker(workspace: Workspace, workers: number): Promise<void> {
  const waiting = new Map<number, (answer: ToWorker & { gateway: 'reload-answer' }) => void>();
  let lastId = 0;
  const gateway = await openGateway(workspace, {
    workers,
    // The primary process asks all, this one included.
    reloadAll: async () => {
      lastId += 1;
      const id = lastId;
      const answered = new Promise<ToWorker & { gateway: 'reload-answer' }>(resolve => {
        waiting.set(id, resolve);
      });
      tell({ gateway: 'reload', id });
      const { aliases, error } = await answered;
      waiting.delete(id);
      if (error !== null) throw new ConfigError(error.code, error.message, error.hint);
      return { aliases };
    },
  });
  // A terminal that hangs up tells every process; who reloads is the primary.
  process.on('SIGHUP', () => {});
  await new Promise<void>(stop => {
    process.on('disconnect', stop);
    workspace.options.signal.addEventListener('abort', () => stop());
    process.on('message', (message: unknown) => {
      if (!isToWorker(message)) return;
      if (message.gateway === 'stop') stop();
      if (message.gateway === 'reload-now') void reload(gateway, message.id);
      if (message.gateway === 'reload-answer') waiting.get(message.id)?.(message);
    });
    tell({ gateway: 'ready', ready: { url: gateway.url, aliases: gateway.aliases() } });
  });
  await gateway.stop();
}

async function reload(gateway: Gateway, id: number): Promise<void> {
  try {
    tell({ gateway: 'reloaded', id, aliases: (await gateway.reload()).aliases, error: null });
  } catch (error) {
    tell({ gateway: 'reloaded', id, aliases: gateway.aliases(), error: failureOf(error) });
  }
}

function failureOf(error: unknown): ReloadFailure {
  if (error instanceof StepdownError) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'internal-error', message: 'The reload failed', hint: 'Read the log of the gateway.' };
}

/** The primary process may be gone; the event of that stops the worker. */
function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}
