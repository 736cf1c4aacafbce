import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Secret } from './secret.ts';

/** What stepdown takes from environment variables. Only files of this folder read process.env. */
export interface Environment {
  /** STEPDOWN_CACHE: models and the Python environment. Absolute path. */
  readonly cacheDir: string;
  /** STEPDOWN_OFFLINE: true or false where it is set, null where not. */
  readonly offline: boolean | null;
  /** STEPDOWN_PYTHON: interpreter that makes the trainer's environment. */
  readonly python: string | null;
  /** STEPDOWN_WHEELS: folder of wheels to install from instead of a package index. Absolute path. */
  readonly wheelsDir: string | null;
  /** STEPDOWN_TORCH_INDEX: package index to take torch from. */
  readonly torchIndex: string | null;
  /** HF_ENDPOINT: hub or a mirror of it. */
  readonly hubEndpoint: string | null;
  /** HF_TOKEN: for gated models. */
  readonly hubToken: Secret | null;
  /** Where the gateway's traces go; null without OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly traces: {
    readonly endpoint: string;
    /** OTEL_EXPORTER_OTLP_HEADERS as set: credentials of the collector. */
    readonly headers: Secret | null;
    /** OTEL_SERVICE_NAME. */
    readonly serviceName: string;
  } | null;
  /** DATABASE_URL: Postgres that gateways share; null keeps keys and captures in the workspace. */
  readonly databaseUrl: Secret | null;
  /** NO_COLOR is set and not empty. @see https://no-color.org */
  readonly noColor: boolean;
  /** CI is set: no live line. */
  readonly ci: boolean;
  /** Any other variable by name, for keys that stepdown.yaml names (`large.apiKeyEnv`). */
  secret(name: string): Secret | null;
}

/** Every variable that is read, with its meaning, for `--help` and the reference. */
export const environmentVariables: readonly (readonly [name: string, meaning: string])[] = [
  ['STEPDOWN_CACHE', 'models and Python (default ~/.cache/stepdown)'],
  ['STEPDOWN_OFFLINE', '1 never touches the network, like --offline'],
  ['STEPDOWN_PYTHON', 'Python that makes the trainer environment'],
  ['STEPDOWN_WHEELS', 'folder of wheels to install from, offline'],
  ['STEPDOWN_TORCH_INDEX', 'package index to take torch from'],
  ['HF_ENDPOINT', 'address of the model hub or of a mirror'],
  ['HF_TOKEN', 'access token of the model hub, for gated models'],
  ['HTTPS_PROXY', 'proxy for downloads; also HTTP_PROXY, NO_PROXY'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector of the gateway’s traces'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'headers for the collector: name=value,…'],
  ['OTEL_SERVICE_NAME', 'name of the gateway in traces (default stepdown)'],
  ['OTEL_TRACES_SAMPLER', 'which requests are traced (default: all)'],
  ['DATABASE_URL', 'Postgres that gateways share: postgres://…'],
  ['NO_COLOR', 'any value turns colour off'],
  ['CI', 'any value turns the live progress line off'],
];

/** Reads the environment. Empty variables count as not set. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const text = (name: string) => variables[name] || null;
  const path = (name: string) => (text(name) === null ? null : resolve(text(name)!));
  const secret = (name: string) => (text(name) === null ? null : new Secret(text(name)!));
  return {
    cacheDir: path('STEPDOWN_CACHE') ?? join(text('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'stepdown'),
    offline: flag(text('STEPDOWN_OFFLINE')),
    python: text('STEPDOWN_PYTHON'),
    wheelsDir: path('STEPDOWN_WHEELS'),
    torchIndex: text('STEPDOWN_TORCH_INDEX'),
    hubEndpoint: text('HF_ENDPOINT'),
    hubToken: secret('HF_TOKEN'),
    traces:
      text('OTEL_EXPORTER_OTLP_ENDPOINT') === null
        ? null
        : {
            endpoint: text('OTEL_EXPORTER_OTLP_ENDPOINT')!,
            headers: secret('OTEL_EXPORTER_OTLP_HEADERS'),
            serviceName: text('OTEL_SERVICE_NAME') ?? 'stepdown',
          },
    databaseUrl: secret('DATABASE_URL'),
    noColor: text('NO_COLOR') !== null,
    ci: flag(text('CI')) ?? false,
    secret,
  };
}

function flag(value: string | null): boolean | null {
  return value === null ? null : !['0', 'false', 'no', 'off'].includes(value.toLowerCase());
}
