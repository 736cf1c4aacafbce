import { resolve } from 'node:path';
import { alternativesFor } from '../../answering/index.ts';
import type { CascadePolicy } from '../../core/cascade.ts';
import type { ChatModel } from '../../core/chat-model.ts';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { type CascadeCalibration, readCalibration } from '../../stages/cascade/calibration.ts';
import { createCascadePolicy } from '../../stages/cascade/policy.ts';
import { createSignalReader } from '../../stages/cascade/signal-reader.ts';
import { createValidity } from '../../stages/cascade/signals/validity.ts';
import type { Answerer } from '../../stages/serve/answerer.ts';
import {
  bareInput,
  createCascadeAnswerer,
  createShadowAnswerer,
  createSpecialistAnswerer,
  FairQueue,
  LocalSpecialist,
  type SpecialistAnswerer,
} from '../../stages/serve/local/index.ts';
import type { AliasConfig, ServeConfig } from '../../stages/serve/schema.ts';
import { absolute } from '../runs/run-stage.ts';
import { type FoundSpecialist, findSpecialist, openSpecialist } from '../served-specialist.ts';
import { threadsOf } from '../serving.ts';
import type { Workspace } from '../workspace.ts';
import { requireCalibrationOf } from './calibration-fits.ts';
import { Canaries } from './canaries.ts';
import type { OpenServed, ServedModel } from './served-by.ts';

/** Earlier prompts that each local model keeps; work orders and mails come in the same words again and again. */
const rememberedPrompts = 128;

type SpecialistConfig = Extract<AliasConfig, { kind: 'specialist' }>;
type CascadeConfig = Extract<AliasConfig, { kind: 'cascade' }>;
/** What both say of their specialist. */
export type LocalConfig = Pick<SpecialistConfig, 'specialist' | 'base' | 'servedBy' | 'input'>;

export interface LocalServingOptions {
  readonly workspace: Workspace;
  readonly limits: ServeConfig['limits'];
  /** Processes that share the cores of this machine. */
  readonly workers: number;
  readonly telemetry: Telemetry;
}

/** How busy the models of this process are, or the servers of one specialist. */
export interface LocalLoad {
  /** Requests that wait for a sequence. */
  readonly waiting: number;
  readonly active: number;
  /** Requests computed at once, at most. */
  readonly sequences: number;
}

/** Opens what answers in this process: specialists, and cascades on them. */
export class LocalServing {
  readonly #options: LocalServingOptions;
  readonly #queue: FairQueue;
  readonly #canaries: Canaries;
  /** One for each open answerer of a specialist that servers run. */
  readonly #served = new Set<{ readonly name: string; readonly queue: FairQueue }>();
  /** Names of the specialists that were opened, as in `servedBy`. */
  readonly opened = new Set<string>();

  constructor(options: LocalServingOptions) {
    this.#options = options;
    this.#queue = new FairQueue({ slots: options.limits.sequences, waiting: options.limits.queue });
    this.#canaries = new Canaries(options.workspace.inside('rollouts'), options.telemetry);
  }

  /** How busy the models of this process are. */
  get load(): LocalLoad {
    return loadOf(this.#queue, this.#options.limits.sequences);
  }

  /** How busy the servers of specialists are, by the specialists' names; a name may come several times. */
  get servedLoads(): readonly (LocalLoad & { readonly name: string })[] {
    const { servedSequences } = this.#options.limits;
    return [...this.#served].map(({ name, queue }) => ({ name, ...loadOf(queue, servedSequences) }));
  }

  /** Hashes of what would be opened: the latest may be another one by now. */
  async identity(config: SpecialistConfig | CascadeConfig): Promise<string> {
    const { manifest } = await this.#find(config.specialist);
    // What a shadow decides it decides without a calibration.
    if (config.kind === 'specialist' || config.mode === 'shadow') return manifest.hash;
    return `${manifest.hash} ${(await this.#calibration(config))?.hash ?? ''}`;
  }

  /**
   * @param served opens the servers that run the specialist; null where this process does
   * @throws DataError `specialist-unreadable` | `specialist-changed` | ConfigError `stage-not-run`
   */
  async specialist(config: LocalConfig, served: OpenServed | null): Promise<SpecialistAnswerer> {
    const found = await this.#find(config.specialist);
    return this.#open(found, config, served?.({ id: found.manifest.name, logprobs: true }));
  }

  /**
   * @param large closed with what is returned
   * @throws DataError `calibration-unreadable` | `calibration-changed` | ConfigError `calibration-missing` |
   *   `calibration-foreign` | `calibration-of-other-server`, and as for `specialist`
   */
  async cascade(
    alias: string,
    config: CascadeConfig,
    large: Answerer,
    served: OpenServed | null,
  ): Promise<Answerer> {
    const { localDeadlineMs } = config;
    const compared = (agree: boolean) => this.#options.telemetry.note({ kind: 'compared', alias, agree });
    const found = await this.#find(config.specialist);
    if (config.mode === 'shadow') {
      return createShadowAnswerer({
        specialist: await this.#open(found, config, served?.({ id: found.manifest.name, logprobs: false })),
        large,
        localDeadlineMs,
        onOutcome: ({ agrees, failure }) => {
          if (agrees !== null) compared(agrees);
          // What the specialist was not made for is no failure of its.
          if (failure !== null && !(failure instanceof DataError))
            this.#options.telemetry.note({ kind: 'failure', where: 'shadow', error: failure });
        },
      });
    }
    const calibration = await this.#calibration(config);
    if (calibration === null) throw calibrationMissing(alias);
    requireCalibrationOf(alias, calibration, found.manifest.hash, config.servedBy);
    const { task } = found.manifest;
    // Two texts that say the same seldom do so in the same words.
    const comparable = task.kind !== 'generate';
    const logprobs = calibration.servedBy?.logprobs ?? true;
    const reader = createSignalReader(task, calibration);
    const cascade = createCascadeAnswerer({
      specialist: await this.#open(found, config, served?.({ id: found.manifest.name, logprobs })),
      large,
      policy: this.#policy(alias, config, calibration, comparable),
      signals: ({ messages, text, scores, logprobs, secondOpinion }) => {
        // The specialist's own instruction is the same for all inputs, and no part of them.
        const input = messages.filter(({ role }) => role !== 'system');
        const probabilities = scores?.probabilities ?? null;
        const evidence = { text, probabilities, tokens: logprobs, secondOpinion };
        return reader.read(input, evidence).signals;
      },
      // In this process labels are scored.
      signalLogprobs: task.kind === 'classify' && served === null ? null : alternativesFor(task),
      secondOpinion: calibration.secondOpinion ?? null,
      localDeadlineMs,
      onAudited: compared,
    });
    if (config.mode === 'cascade') return cascade;
    const candidate = `${found.manifest.hash} ${calibration.hash}`;
    try {
      return await this.#canaries.start(alias, {
        candidate,
        share: config.canaryShare,
        cascade,
        large,
        comparable,
      });
    } catch (error) {
      await cascade.close();
      throw error;
    }
  }

  /** The calibration's; more of a canary's answers are compared as long as it is being judged. */
  #policy(
    alias: string,
    config: CascadeConfig,
    calibration: CascadeCalibration,
    comparable: boolean,
  ): CascadePolicy {
    const usual = createCascadePolicy(calibration, { auditShare: config.auditShare });
    if (config.mode !== 'canary' || !comparable) return usual;
    const judged = createCascadePolicy(calibration, { auditShare: config.canaryAuditShare });
    return { decide: input => (this.#canaries.isUndecided(alias) ? judged : usual).decide(input) };
  }

  async #open(
    found: FoundSpecialist,
    { base, input = bareInput }: LocalConfig,
    served?: ServedModel,
  ): Promise<SpecialistAnswerer> {
    const { manifest } = found;
    const valid = manifest.task.kind === 'extract' ? createValidity(manifest.task) : null;
    const specialist = new LocalSpecialist({
      manifest,
      model: served?.model ?? (await this.#openHere(found, base)),
      satisfiesSchema: valid === null ? null : text => valid(text) === true,
    });
    this.opened.add(specialist.name);
    if (served === undefined) return createSpecialistAnswerer({ specialist, queue: this.#queue, input });
    // Whatever others compute takes none of this process's places.
    const { servedSequences, queue: waiting } = this.#options.limits;
    const queue = new FairQueue({ slots: servedSequences, waiting });
    const { available } = served;
    const answerer = createSpecialistAnswerer({ specialist, queue, input, available });
    const entry = { name: specialist.name, queue };
    this.#served.add(entry);
    return {
      ...answerer,
      close: () => answerer.close().finally(() => this.#served.delete(entry)),
    };
  }

  async #openHere(found: FoundSpecialist, base: string | undefined): Promise<ChatModel> {
    const { workspace, limits, workers } = this.#options;
    const runtime = await workspace.runtime();
    return openSpecialist(found, runtime, {
      base: base === undefined ? null : resolve(workspace.dir, base),
      sequences: limits.sequences,
      rememberedPrompts,
      draftsAnswers: true,
      threads: Math.max(1, Math.floor(threadsOf(runtime) / workers)),
    });
  }

  #find(dir: string | undefined): Promise<FoundSpecialist> {
    const { workspace } = this.#options;
    return findSpecialist(workspace, dir === undefined ? undefined : resolve(workspace.dir, dir));
  }

  async #calibration(config: CascadeConfig): Promise<CascadeCalibration | null> {
    const { workspace } = this.#options;
    if (config.calibration !== undefined) return readCalibration(resolve(workspace.dir, config.calibration));
    const record = await (await workspace.runs()).latest('cascade');
    const file = record?.outputs[0]?.path;
    return file === undefined ? null : readCalibration(absolute(workspace.dir, file));
  }
}

const loadOf = ({ waiting, active }: FairQueue, sequences: number): LocalLoad => ({
  waiting,
  active,
  sequences,
});

function calibrationMissing(alias: string): ConfigError {
  return new ConfigError(
    'calibration-missing',
    `serve.aliases.${alias} is a cascade without a calibration`,
    'Run `stepdown cascade calibrate`, or set `mode: shadow`.',
  );
}
