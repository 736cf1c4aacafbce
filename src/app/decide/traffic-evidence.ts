import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { configFileName } from '../../config/load.ts';
import type { Capture } from '../../core/capture.ts';
import { ConfigError, DataError } from '../../core/errors/index.ts';
import { type Evidence, type LoggedRequest, TrafficTally } from '../../stages/decide/index.ts';
import { type ImportedExchange, logFormat, readExchange } from '../../stages/serve/capture/index.ts';
import type { CaptureStore } from '../../store/captures/capture-store.ts';
import { withCaptures } from '../captures/open-store.ts';
import { readLog } from '../captures/read-log.ts';
import type { Workspace } from '../workspace.ts';

/**
 * The traffic in the log of another program. Content is looked at and not kept.
 * @param file absolute path
 * @throws ConfigError `log-format-unknown` | `log-file-missing`; DataError `log-empty`
 */
export async function trafficOfLog(file: string, signal: AbortSignal): Promise<Evidence['traffic']> {
  const tally = new TrafficTally();
  let format: ReturnType<typeof logFormat> | null = null;
  let unreadable = 0;
  let read = 0;
  for await (const row of readLog(file)) {
    signal.throwIfAborted();
    if ('problem' in row) {
      unreadable += 1;
      continue;
    }
    format ??= logFormat(row.record, file);
    for (const found of readExchange(format, row.record)) {
      if ('problem' in found) unreadable += 1;
      if (!('exchange' in found)) continue;
      read += 1;
      tally.add(requestOf(found.exchange));
    }
  }
  if (read === 0)
    throw new DataError(
      'log-empty',
      `${file} has no request that can be read`,
      'Export the log again as JSON Lines, JSON or CSV, with content.',
      { details: { file } },
    );
  const aside = unreadable === 0 ? '' : ` (${unreadable} more could not be read)`;
  return tally.measured(`${basename(file)}${aside}`);
}

/**
 * The traffic that the gateway of a workspace has recorded, of one alias, as another alias is another task.
 * @param alias null for the one that is called most
 * @returns null where nothing was recorded and no alias was named
 * @throws ConfigError `alias-not-captured`
 */
export async function trafficOfCaptures(
  workspace: Workspace,
  alias: string | null,
): Promise<Evidence['traffic']> {
  // Looking must not make a store where there is none.
  const any = existsSync(join(workspace.dir, configFileName)) && existsSync(workspace.inside('captures'));
  if (!any && alias !== null) throw notCaptured(alias, []);
  if (!any) return null;
  return withCaptures(workspace, async store => {
    const tallies = new Map<string, { readonly tally: TrafficTally; read: number }>();
    for await (const { capture } of store.all(alias === null ? {} : { alias })) {
      workspace.options.signal.throwIfAborted();
      if (capture.status !== 200) continue;
      const of = tallies.get(capture.alias) ?? { tally: new TrafficTally(), read: 0 };
      tallies.set(capture.alias, of);
      of.read += 1;
      of.tally.add(requestOfCapture(capture));
    }
    const [first] = [...tallies].sort(([, a], [, b]) => b.read - a.read);
    if (first === undefined && alias !== null) throw notCaptured(alias, await aliasesIn(store));
    if (first === undefined) return null;
    const [name, { tally }] = first;
    const others = tallies.size === 1 ? '' : `, the most called of ${tallies.size} aliases`;
    return tally.measured(`captures of the gateway (${name}${others})`);
  });
}

async function aliasesIn(store: CaptureStore): Promise<string[]> {
  const names = new Set<string>();
  for await (const { capture } of store.all({})) names.add(capture.alias);
  return [...names].sort();
}

function notCaptured(alias: string, known: readonly string[]): ConfigError {
  return new ConfigError(
    'alias-not-captured',
    `The gateway has recorded no answered request of the alias "${alias}"`,
    known.length === 0
      ? 'Leave --alias out: the gateway of this workspace has recorded nothing.'
      : `Leave --alias out, or name another; recorded are: ${known.slice(0, 20).join(', ')}.`,
    { details: { alias, known } },
  );
}

function requestOf(exchange: ImportedExchange): LoggedRequest {
  return { ...exchange, agreed: null, cascade: null };
}

function requestOfCapture(capture: Capture): LoggedRequest {
  const { at, route, reason, servedBy, localAnswer, answer } = capture;
  const local = route === 'local';
  const audited = reason === 'audit-sample' && localAnswer !== null && answer !== null;
  return {
    ...capture,
    // An imported capture has 0 where its log said nothing.
    at: at > 0 ? at : null,
    latencyMs: capture.latencyMs > 0 ? capture.latencyMs : null,
    // A specialist has a prompt of its own and costs no tokens: what is asked for is what the large model takes.
    promptTokens: local ? null : capture.promptTokens,
    completionTokens: local ? null : capture.completionTokens,
    cachedTokens: local ? null : capture.cachedTokens,
    costUsd: local ? null : capture.costUsd,
    model: route === 'large' ? servedBy : null,
    agreed: audited ? localAnswer.trim() === answer.trim() : null,
    cascade: cascadeOf(capture),
  };
}

/** Only a cascade keeps requests or gives a reason for sending them on. */
function cascadeOf({ route, reason }: Capture): LoggedRequest['cascade'] {
  if (reason === 'audit-sample') return 'audited';
  if (reason === 'out-of-scope') return 'out-of-scope';
  if (reason !== null) return 'escalated';
  return route === 'local' ? 'local' : null;
}
