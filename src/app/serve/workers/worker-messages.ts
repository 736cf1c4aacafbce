import type { GatewayReady } from '../../app.ts';

/** What a failed reload is told of, as plain values. */
export interface ReloadFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

interface ReloadOutcome {
  readonly id: number;
  readonly aliases: readonly string[];
  readonly error: ReloadFailure | null;
}

/** From a worker to the primary process. */
export type FromWorker =
  | { readonly gateway: 'ready'; readonly ready: GatewayReady }
  /** Somebody asked this worker for a reload of all. */
  | { readonly gateway: 'reload'; readonly id: number }
  | ({ readonly gateway: 'reloaded' } & ReloadOutcome);

/** From the primary process to a worker. */
export type ToWorker =
  | { readonly gateway: 'stop' }
  | { readonly gateway: 'reload-now'; readonly id: number }
  /** Answer to `reload`. */
  | ({ readonly gateway: 'reload-answer' } & ReloadOutcome);

export const isFromWorker = (message: unknown): message is FromWorker => isOurs(message);
export const isToWorker = (message: unknown): message is ToWorker => isOurs(message);

function isOurs(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'gateway' in message;
}
