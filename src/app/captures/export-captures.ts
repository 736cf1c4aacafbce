import type { Capture, CaptureWithFeedback } from '../../core/capture.ts';
import type { Message } from '../../core/example.ts';
import { sha256 } from '../../core/hash.ts';
import { writeLinesAtomic } from '../../files/atomic-lines.ts';
import {
  labelIn,
  type Settled,
  TargetVotes,
  type TrainingReason,
  type TrainingTarget,
  trainingReasons,
  trainingTarget,
} from '../../stages/serve/capture/index.ts';
import type { CaptureStore } from '../../store/captures/capture-store.ts';
import { refuseForeignFile } from '../foreign-file.ts';
import { readGatewayConfig } from '../serve/gateway-config.ts';
import type { Workspace } from '../workspace.ts';
import { InputKeys } from './input-keys.ts';
import { configuredRedactor, withCaptures } from './open-store.ts';
import { type TestSplitLikeness, testSplitLikeness } from './test-split-likeness.ts';
import type { CaptureExport, CaptureRowFormat, ExportCapturesOptions } from './views.ts';

const maxListed = 1_000;

/** What is counted while rows are written. */
interface Tally {
  readonly byReason: Partial<Record<TrainingReason, number>>;
  readonly leftOut: Record<string, number>;
  readonly inTestSplit: string[];
  conflicts: number;
  redactedRows: number;
  rows: number;
}

/**
 * Writes the captures that teach something as rows for `data.sources`: one row an input, with its lineage. Inputs of
 * the test split, and such as are nearly the same, are left out and listed. Captures are read twice, so that they need
 * not fit in memory.
 * @throws ConfigError `output-in-use`
 */
export async function exportCaptures(
  workspace: Workspace,
  options: ExportCapturesOptions,
): Promise<CaptureExport> {
  await refuseForeignFile(options.output, isCaptured);
  return withCaptures(workspace, async store => {
    const { serve, task } = await readGatewayConfig(workspace);
    const teach = teaching(task?.kind === 'classify');
    const keys = new InputKeys(await configuredRedactor(serve, workspace.environment));
    const test = await testSplitLikeness(workspace, keys);
    const tally: Tally = {
      byReason: {},
      leftOut: {},
      inTestSplit: [],
      conflicts: 0,
      redactedRows: 0,
      rows: 0,
    };
    const winners = await settleInputs(store, options, teach, keys, test, tally);
    await writeLinesAtomic(options.output, rows(store, options, teach, winners, tally));
    return {
      output: options.output,
      format: options.format,
      rows: tally.rows,
      byReason: tally.byReason,
      leftOut: tally.leftOut,
      conflicts: tally.conflicts,
      redactedRows: tally.redactedRows,
      inTestSplit: tally.inTestSplit,
      testSplitChecked: test !== null,
    };
  });
}

/** Whether a row came from an earlier export. */
function isCaptured({ capture }: Readonly<Record<string, unknown>>): boolean {
  return typeof (capture as { readonly id?: unknown } | null | undefined)?.id === 'string';
}

/** What a capture teaches, in the form of this workspace's targets. */
type Teach = (found: CaptureWithFeedback) => TrainingTarget;

function teaching(labels: boolean): Teach {
  return ({ capture, feedback }) => {
    const taught = trainingTarget(capture, feedback);
    return labels && 'target' in taught ? { ...taught, target: labelIn(taught.target) } : taught;
  };
}

/** The first reading: who decides for each input, by id of the deciding capture. */
async function settleInputs(
  store: CaptureStore,
  options: ExportCapturesOptions,
  teach: Teach,
  keys: InputKeys,
  test: TestSplitLikeness | null,
  tally: Tally,
): Promise<Map<string, Settled>> {
  const votes = new Map<string, TargetVotes>();
  const reasons = options.reasons ?? trainingReasons;
  for await (const found of store.all(options)) {
    const { capture } = found;
    const taught = teach(found);
    const why = 'none' in taught ? taught.none : reasons.includes(taught.reason) ? null : 'reason-not-wanted';
    const input = why === null ? inputOf(found, options.format) : null;
    if ('none' in taught || input === null) {
      count(tally.leftOut, why ?? 'several-messages');
      continue;
    }
    const tested = test?.(capture.messages ?? []) ?? null;
    if (tested !== null) {
      count(tally.leftOut, tested);
      if (tally.inTestSplit.length < maxListed) tally.inTestSplit.push(capture.id);
      continue;
    }
    const key = keys.of(input);
    const vote = {
      captureId: capture.id,
      at: capture.at,
      target: sha256(taught.target.trim()),
      reason: taught.reason,
    };
    const before = votes.get(key);
    if (before === undefined) votes.set(key, new TargetVotes(vote));
    else before.add(vote);
  }
  return new Map(
    Array.from(votes.values(), one => {
      const settled = one.settle();
      return [settled.captureId, settled] as const;
    }),
  );
}

/** The second reading: the rows of those that decide. */
async function* rows(
  store: CaptureStore,
  options: ExportCapturesOptions,
  teach: Teach,
  winners: ReadonlyMap<string, Settled>,
  tally: Tally,
): AsyncGenerator<object> {
  for await (const found of store.all(options)) {
    const settled = winners.get(found.capture.id);
    const taught = teach(found);
    const input = inputOf(found, options.format);
    if (settled === undefined || 'none' in taught || input === null) continue;
    tally.rows += 1;
    tally.byReason[taught.reason] = (tally.byReason[taught.reason] ?? 0) + 1;
    addTo(tally.leftOut, 'same-as-another', settled.agreeing - 1);
    addTo(tally.leftOut, 'overruled', settled.overruled);
    if (settled.overruled > 0) tally.conflicts += 1;
    const row = rowOf(options.format, input, taught.target);
    if (/\[[A-Z][A-Z0-9_]*_(?:\d+|[0-9a-f]{16})\]/.test(JSON.stringify(row))) tally.redactedRows += 1;
    yield {
      ...row,
      id: `capture-${found.capture.id}`,
      capture: lineage(found.capture, taught.reason, settled),
    };
  }
}

/** The messages of a row's input; null where the format cannot hold them. */
function inputOf({ capture }: CaptureWithFeedback, format: CaptureRowFormat): readonly Message[] | null {
  const messages = capture.messages ?? [];
  if (format === 'chat-jsonl') return messages.length === 0 ? null : messages;
  // The specialist is taught the task by its rows, so instructions in a system message are left out.
  const spoken = messages.filter(message => message.role !== 'system');
  return spoken.length === 1 && spoken[0]!.role === 'user' ? spoken : null;
}

function rowOf(format: CaptureRowFormat, input: readonly Message[], target: string): object {
  return format === 'jsonl'
    ? { input: input[0]!.content, output: target }
    : { messages: [...input, { role: 'assistant', content: target }] };
}

function lineage(capture: Capture, reason: TrainingReason, settled: Settled): object {
  return {
    id: capture.id,
    at: capture.at === 0 ? null : new Date(capture.at).toISOString(),
    alias: capture.alias,
    route: capture.route,
    escalation: capture.reason,
    servedBy: capture.servedBy,
    reason,
    agreeing: settled.agreeing,
    overruled: settled.overruled,
  };
}

function count(counts: Record<string, number>, name: string): void {
  addTo(counts, name, 1);
}

function addTo(counts: Record<string, number>, name: string, more: number): void {
  if (more > 0) counts[name] = (counts[name] ?? 0) + more;
}
