import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { type LoadOptions, loadConfig, loadRuntime } from '../config/load.ts';
import type { Runtime } from '../config/runtime.ts';
import type { Config } from '../config/schema.ts';
import { ConfigError } from '../core/errors/index.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { FileLock } from '../files/file-lock.ts';
import { openDatabase, type StepdownDatabase } from '../store/database.ts';
import { RunRecords } from '../store/run-records.ts';
import { lockWorkspace } from '../store/workspace-lock.ts';
import type { AppOptions, StageName } from './app.ts';
import type { Tools } from './tools.ts';

/** One workspace and everything that is opened for it, each when it is first asked for. */
export class Workspace {
  readonly options: AppOptions;
  readonly environment: Environment;
  #config: Config | null = null;
  #tools: Tools | null = null;
  #database: Promise<StepdownDatabase> | null = null;
  #lock: FileLock | null = null;

  constructor(options: AppOptions) {
    this.options = options;
    this.environment = readEnvironment();
  }

  get dir(): string {
    return this.options.workspaceDir;
  }

  /** Absolute path inside `.stepdown/`. */
  inside(...parts: string[]): string {
    return join(this.dir, '.stepdown', ...parts);
  }

  /** Where stepdown.yaml is, and what wins over it. */
  get loadOptions(): LoadOptions {
    const { configFile, overrides } = this.options;
    return { workspaceDir: this.dir, configFile, flags: overrides, environment: this.environment };
  }

  /** stepdown.yaml with environment and flags over it. @throws ConfigError, see loadConfig */
  async config(): Promise<Config> {
    if (this.#config === null) {
      const { config } = await loadConfig(this.loadOptions);
      this.#config = config;
    }
    return this.#config;
  }

  /** How this machine is used; a workspace need not have a stepdown.yaml. @throws ConfigError, see loadConfig */
  runtime(): Promise<Runtime> {
    return loadRuntime(this.loadOptions);
  }

  /** Whether the network is off: by flag or environment; stepdown.yaml counts once it has been read. */
  get offline(): boolean {
    const flag = this.options.overrides['runtime.offline'];
    return this.#config?.runtime.offline ?? (flag === true || this.environment.offline === true);
  }

  /** Loaded with the code behind them when first asked for: a gateway needs none of it. */
  async tools(): Promise<Tools> {
    const { createTools } = await import('./tools.ts');
    this.#tools ??= createTools({
      workspaceDir: this.dir,
      environment: this.environment,
      offline: this.offline,
      progress: this.options.progress,
      signal: this.options.signal,
    });
    return this.#tools;
  }

  async runs(): Promise<RunRecords> {
    this.#database ??= openDatabase(this.inside('stepdown.db'));
    return new RunRecords(await this.#database);
  }

  /** Takes the workspace for writing, once. @throws PrerequisiteError `workspace-busy` */
  async lock(): Promise<void> {
    this.#lock ??= await lockWorkspace(this.inside('lock'));
  }

  /** Every run, newest first. Looking makes no database where there is none. */
  async allRuns(): Promise<RunRecord[]> {
    return existsSync(this.inside('stepdown.db')) ? (await this.runs()).list() : [];
  }

  /** The newest completed run of a stage, or null. Looking makes no database where there is none. */
  async latestOrNull(stage: StageName | 'cascade'): Promise<RunRecord | null> {
    return existsSync(this.inside('stepdown.db')) ? (await this.runs()).latest(stage) : null;
  }

  /**
   * The newest completed run of a stage.
   * @throws ConfigError `stage-not-run`
   */
  async latest(stage: StageName | 'cascade'): Promise<RunRecord> {
    const record = await this.latestOrNull(stage);
    if (record) return record;
    throw new ConfigError(
      'stage-not-run',
      `Nothing here has been through the stage "${stage}" yet`,
      `Run \`stepdown ${stage === 'cascade' ? 'cascade calibrate' : 'run'}\` in this workspace first, or name another with --workspace.`,
    );
  }

  async close(): Promise<void> {
    await (await this.#database?.catch(() => null))?.destroy();
    this.#lock?.release();
    this.#lock = null;
    this.#database = null;
  }
}
