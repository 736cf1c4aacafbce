import { createWorkspace, startGateway } from '../e2e/gateway-process.ts';
import { type SeenBody, startModelServer } from './model-server.ts';

export interface ServedGateway {
  /** What a client is given as its base URL. */
  readonly baseURL: string;
  /** Bodies that reached the model server, oldest first. */
  readonly seen: readonly SeenBody[];
  stop(): Promise<void>;
}

/** A gateway process in front of a model server: the alias `fault-triage` is its model `large-1`. */
export async function serveGateway(): Promise<ServedGateway> {
  const model = await startModelServer();
  const workspace = createWorkspace({
    upstreams: { large: { baseUrl: model.url, allowPrivate: true, maxRetries: 0 } },
    aliases: { 'fault-triage': { kind: 'upstream', targets: [{ upstream: 'large', model: 'large-1' }] } },
  });
  const gateway = await startGateway(workspace.dir);
  return {
    baseURL: `${gateway.url}/v1`,
    seen: model.seen,
    async stop() {
      await gateway.stop();
      model.close();
      workspace.remove();
    },
  };
}
