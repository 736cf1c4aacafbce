import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, readEnvironment } from './environment.ts';
import { configJsonSchema } from './json-schema.ts';
import type { Runtime } from './runtime.ts';
import { type Config, configSchema, type GatewayConfig, gatewayConfigSchema } from './schema.ts';
import { applyOverrides, findOrigins, type Origin, type Override } from './yaml/origin.ts';
import { type ConfigProblem, configInvalid, describeIssues } from './yaml/problems.ts';
import { readYaml, type YamlSource } from './yaml/yaml-source.ts';

/** Name of the configuration file in a workspace. */
export const configFileName = 'stepdown.yaml';

/** The configuration and where each of its values came from. */
export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of stepdown.yaml. */
  readonly path: string;
  /** Origin of every leaf by dotted key (`train.rank`); a list is one leaf. */
  readonly origins: ReadonlyMap<string, Origin>;
}

export interface LoadOptions {
  /** Absolute path of the folder with stepdown.yaml. */
  readonly workspaceDir: string;
  /** Absolute path of the file where it is not stepdown.yaml in that folder. */
  readonly configFile?: string | undefined;
  /** Values from flags by dotted key; they win over the environment, which wins over the file. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Environment;
}

/**
 * Reads stepdown.yaml, lays environment and flags over it and validates it. All problems are shown together.
 * @throws ConfigError `config-missing` | `config-unreadable` | `config-too-large` | `config-invalid`
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const path = options.configFile ?? join(options.workspaceDir, configFileName);
  const source = await readYaml(path);
  const overrides = collectOverrides(options.environment ?? readEnvironment(), options.flags ?? {});
  return { path, ...validateConfig(source, overrides) };
}

/**
 * Reads the configuration of a gateway, as `loadConfig` does; what only training needs may be absent.
 * @throws ConfigError, see loadConfig
 */
export async function loadGatewayConfig(options: LoadOptions): Promise<GatewayConfig> {
  const source = await readYaml(options.configFile ?? join(options.workspaceDir, configFileName));
  refuseSyntaxProblems(source);
  const overrides = collectOverrides(options.environment ?? readEnvironment(), options.flags ?? {});
  const input = applyOverrides(source.value ?? {}, overrides);
  const parsed = gatewayConfigSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw configInvalid(source.file, describeIssues(parsed.error.issues, input, source, configJsonSchema()));
}

/** How this machine is used, also where there is no file. @throws ConfigError, see loadConfig */
export async function loadRuntime(options: LoadOptions): Promise<Runtime> {
  const file = options.configFile ?? join(options.workspaceDir, configFileName);
  if (options.configFile !== undefined || existsSync(file)) return (await loadGatewayConfig(options)).runtime;
  const overrides = collectOverrides(options.environment ?? readEnvironment(), options.flags ?? {});
  return gatewayConfigSchema.parse(applyOverrides({}, overrides)).runtime;
}

/** Validates a parsed file. @throws ConfigError `config-invalid` */
export function validateConfig(
  source: YamlSource,
  overrides: ReadonlyMap<string, Override> = new Map(),
): Omit<LoadedConfig, 'path'> {
  refuseSyntaxProblems(source);
  const input = applyOverrides(source.value ?? {}, overrides);
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    throw configInvalid(source.file, describeIssues(parsed.error.issues, input, source, configJsonSchema()));
  }
  return { config: parsed.data, origins: findOrigins(parsed.data, source, overrides) };
}

function refuseSyntaxProblems(source: YamlSource): void {
  if (source.syntaxProblems.length === 0) return;
  const problems = source.syntaxProblems.map(
    ({ message, ...position }): ConfigProblem => ({ position, key: '', message, suggestion: null }),
  );
  throw configInvalid(source.file, problems);
}

function collectOverrides(
  environment: Environment,
  flags: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, Override> {
  const overrides = new Map<string, Override>();
  if (environment.offline !== null) {
    overrides.set('runtime.offline', {
      value: environment.offline,
      origin: { kind: 'environment', variable: 'STEPDOWN_OFFLINE' },
    });
  }
  for (const [key, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const flag = `--${key.slice(key.lastIndexOf('.') + 1).replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
    overrides.set(key, { value, origin: { kind: 'flag', flag } });
  }
  return overrides;
}
