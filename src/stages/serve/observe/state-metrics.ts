import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { TelemetryEvent, TelemetrySources } from '../../../core/telemetry.ts';
import { stepdownVersion } from '../../../core/version.ts';
import { type ErrorCodes, type KnownNames, unknownName } from './bounded-names.ts';
import { families } from './metrics/families.ts';
import { Cells, type Family, type FamilySnapshot } from './metrics/series.ts';

const ratings = new Map<unknown, string>([
  [-1, 'bad'],
  [0, 'unsure'],
  [1, 'good'],
  [null, 'none'],
]);

/** Counts events and reads the state of sources and of the process when asked. */
export class StateMetrics {
  readonly #names: KnownNames;
  readonly #codes: ErrorCodes;
  readonly #feedback = new Cells(families.feedback);
  readonly #compared = new Cells(families.compared);
  readonly #failures = new Cells(families.backgroundFailures);
  readonly #breakerOpened = new Cells(families.breakerOpened);
  readonly #eventLoop = monitorEventLoopDelay({ resolution: 20 });
  readonly #droppedLines: () => number;
  #sources: TelemetrySources = {};

  constructor(names: KnownNames, codes: ErrorCodes, droppedLines: () => number) {
    this.#names = names;
    this.#codes = codes;
    this.#droppedLines = droppedLines;
    this.#eventLoop.enable();
  }

  watch(sources: TelemetrySources): void {
    this.#sources = { ...this.#sources, ...sources };
  }

  note(event: TelemetryEvent): void {
    switch (event.kind) {
      case 'feedback':
        this.#feedback.at(ratings.get(event.rating) ?? unknownName, event.corrected ? 'yes' : 'no').value++;
        return;
      case 'compared':
        this.#compared.at(this.#alias(event.alias), event.agree ? 'yes' : 'no').value++;
        return;
      case 'breaker':
        if (event.state === 'open') this.#breakerOpened.at(this.#server(event.upstream)).value++;
        return;
      case 'failure':
        this.#failures.at(this.#codes.of(event.error)).value++;
        return;
      default:
    }
  }

  close(): void {
    this.#eventLoop.disable();
  }

  snapshot(): FamilySnapshot[] {
    return [
      this.#feedback.snapshot(),
      this.#compared.snapshot(),
      this.#failures.snapshot(),
      this.#breakerOpened.snapshot(),
      ...this.#captures(),
      ...this.#engines(),
      ...this.#upstreams(),
      ...this.#rollouts(),
      ...this.#process(),
    ];
  }

  #captures(): FamilySnapshot[] {
    const state = this.#sources.captures?.();
    if (state === undefined) return [];
    return [
      single(families.capturesWritten, state.written),
      single(families.capturesFailed, state.failed),
      single(families.capturesLost, state.lost),
      single(families.capturesWaiting, state.waiting),
    ];
  }

  #engines(): FamilySnapshot[] {
    const engines = this.#sources.engines?.() ?? [];
    if (engines.length === 0) return [];
    const each = (family: Family, value: (engine: (typeof engines)[number]) => number) =>
      filled(
        family,
        engines.map(engine => [[this.#server(engine.name)], value(engine)]),
      );
    return [
      each(families.queueWaiting, engine => engine.waiting),
      each(families.sequencesActive, engine => engine.active),
      each(families.sequences, engine => engine.sequences),
    ];
  }

  #upstreams(): FamilySnapshot[] {
    const upstreams = this.#sources.upstreams?.() ?? [];
    if (upstreams.length === 0) return [];
    return [
      filled(
        families.upstreamUp,
        upstreams.map(({ name, available }) => [[this.#server(name)], available ? 1 : 0]),
      ),
      filled(
        families.breakerState,
        upstreams.flatMap(({ name, state }) =>
          oneOf(['closed', 'half-open', 'open'], state).map(
            ([value, on]) => [[this.#server(name), value], on] as const,
          ),
        ),
      ),
    ];
  }

  #rollouts(): FamilySnapshot[] {
    const rollouts = this.#sources.rollouts?.() ?? [];
    if (rollouts.length === 0) return [];
    return [
      filled(
        families.rolloutPhase,
        rollouts.flatMap(({ alias, phase }) =>
          oneOf(['running', 'rolled-back', 'promoted'], phase).map(
            ([value, on]) => [[this.#alias(alias), value], on] as const,
          ),
        ),
      ),
      filled(
        families.agreement,
        rollouts.flatMap(({ alias, agreement }) =>
          agreement === null
            ? []
            : (['value', 'low', 'high'] as const).map(
                bound => [[this.#alias(alias), bound], agreement[bound]] as const,
              ),
        ),
      ),
    ];
  }

  #process(): FamilySnapshot[] {
    const lag = this.#eventLoop.percentile(99);
    this.#eventLoop.reset();
    const { user, system } = process.cpuUsage();
    return [
      // The monitor's resolution is part of every value it measures.
      single(families.eventLoopLag, Number.isFinite(lag) ? Math.max(0, lag / 1e9 - 0.02) : 0),
      single(families.residentMemory, process.memoryUsage.rss()),
      single(families.cpu, (user + system) / 1e6),
      single(families.startTime, performance.timeOrigin / 1000),
      single(families.processes, 1),
      single(families.logLinesDropped, this.#droppedLines()),
      filled(families.build, [[[stepdownVersion], 1]]),
    ];
  }

  #alias(name: string): string {
    return this.#names.isAlias(name) ? name : unknownName;
  }

  #server(name: string): string {
    return this.#names.isServer(name) ? name : unknownName;
  }
}

const single = (family: Family, value: number): FamilySnapshot => ({
  family,
  samples: [{ labels: [], value }],
});

/** Entries with the same labels add up: several names can be unknown. */
function filled(family: Family, entries: readonly (readonly [readonly string[], number])[]): FamilySnapshot {
  const cells = new Cells(family);
  for (const [labels, value] of entries) cells.at(...labels).value += value;
  return cells.snapshot();
}

const oneOf = (values: readonly string[], current: string) =>
  values.map(value => [value, value === current ? 1 : 0] as const);
