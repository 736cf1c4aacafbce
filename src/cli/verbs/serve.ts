import { resolve } from 'node:path';
import { type OverrideOptions, overridesOf, type Verb } from '../verb.ts';

interface ServeVerbOptions extends Pick<OverrideOptions, 'threads'> {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly workers: number;
}

/** `stepdown serve`: prints where it listens once it is ready, and goes on until it is told to stop. */
export const serve: Verb<ServeVerbOptions> = async (context, options) => {
  const { config, host, port, workers } = options;
  const app = await context.openApp(
    { ...overridesOf(options), 'serve.host': host, 'serve.port': port },
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
