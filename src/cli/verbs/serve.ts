import { resolve } from 'node:path';
import type { Verb } from '../verb.ts';

interface ServeVerbOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly workers: number;
}

/** `stepdown serve`: prints where it listens once it is ready, and goes on until it is told to stop. */
export const serve: Verb<ServeVerbOptions> = async (context, { config, host, port, workers }) => {
  const app = await context.openApp(
    { 'serve.host': host, 'serve.port': port },
    config === undefined ? undefined : resolve(context.currentDir, config),
  );
  await app.serve({
    workers,
    onReady: ({ url, aliases }) =>
      context.announce({
        json: { url, aliases },
        text: screen =>
          `${screen.bold(`${url}/v1`)}\nModels: ${aliases.join(', ')}\nStop with Ctrl-C; what is open is answered first.`,
      }),
  });
  return null;
};
