import type { Capture } from '../../core/capture.ts';
import type { SetAsideRow } from '../../core/dataset.ts';
import { DataError } from '../../core/errors/index.ts';
import { hashJson } from '../../core/hash.ts';
import { excerptOf, excerptOfRecord } from '../../stages/data/readers/raw-row.ts';
import {
  type ImportedExchange,
  keptContent,
  type LogFormat,
  logFormat,
  readExchange,
} from '../../stages/serve/capture/index.ts';
import type { CaptureStore } from '../../store/captures/capture-store.ts';
import { readGatewayConfig } from '../serve/gateway-config.ts';
import type { Workspace } from '../workspace.ts';
import { configuredRedactor, withCaptures } from './open-store.ts';
import { readLog } from './read-log.ts';
import type { CaptureImport, ImportCapturesOptions } from './views.ts';

const capturesPerBatch = 200;
const maxListed = 1_000;

/**
 * Reads the log of another program into captures. Records are known by their ids (or content), so importing a file
 * again, or after an interruption, adds what is missing and nothing twice.
 * @throws ConfigError `log-format-unknown`; DataError `log-empty`, and see readLog
 */
export function importCaptures(workspace: Workspace, options: ImportCapturesOptions): Promise<CaptureImport> {
  return withCaptures(workspace, async store => {
    const { serve } = await readGatewayConfig(workspace);
    const redactor = await configuredRedactor(serve, workspace.environment);
    const policy = options.content ?? (serve.capture.content === 'none' ? 'redacted' : serve.capture.content);
    const skipped: Record<string, number> = {};
    const setAside: SetAsideRow[] = [];
    let setAsideCount = 0;
    let format: LogFormat | null = options.format ?? null;
    let records = 0;
    let read = 0;
    let batch: Capture[] = [];
    const before = await store.totals();
    const putAside = (line: number, code: string, reason: string, excerpt: string) => {
      setAsideCount += 1;
      if (setAside.length >= maxListed) return;
      setAside.push({
        file: options.file,
        line,
        code,
        reason,
        excerpt: excerptOf(redactor.begin()(excerpt)),
      });
    };
    for await (const row of readLog(options.file)) {
      workspace.options.signal.throwIfAborted();
      records += 1;
      if ('problem' in row) {
        putAside(row.line, row.problem.code, row.problem.reason, row.excerpt);
        continue;
      }
      format ??= logFormat(row.record, options.file);
      for (const found of readExchange(format, row.record)) {
        if ('skipped' in found) skipped[found.skipped] = (skipped[found.skipped] ?? 0) + 1;
        else if ('problem' in found) {
          putAside(row.line, found.problem.code, found.problem.reason, excerptOfRecord(row.record));
        } else {
          const capture = captureOf(found.exchange, format, options.alias);
          const { messages, answer, localAnswer, largeAnswer } = capture;
          const content = { messages, answer, localAnswer, largeAnswer };
          batch.push({ ...capture, ...keptContent(content, policy, redactor) });
          read += 1;
        }
      }
      if (batch.length < capturesPerBatch) continue;
      await add(store, batch);
      batch = [];
      workspace.options.progress.update(`${records} records`, null);
    }
    await add(store, batch);
    if (format === null) throw emptyLog(options.file, setAside[0]);
    const imported = (await store.totals()).captures - before.captures;
    return {
      file: options.file,
      format,
      records,
      imported,
      known: read - imported,
      skipped,
      setAsideCount,
      setAside,
    };
  });
}

async function add(store: CaptureStore, captures: readonly Capture[]): Promise<void> {
  await store.add(captures.map(capture => ({ capture })));
}

function captureOf(exchange: ImportedExchange, format: LogFormat, alias: string | undefined): Capture {
  const { messages, answer, model } = exchange;
  const id = exchange.id ?? hashJson({ messages, answer, at: exchange.at }).slice(0, 32);
  return {
    id: `${format}-${id}`.slice(0, 200),
    at: exchange.at ?? 0,
    alias: alias ?? model ?? 'imported',
    endpoint: '/v1/chat/completions',
    route: 'large',
    reason: null,
    keyId: null,
    status: 200,
    errorCode: null,
    messages,
    answer,
    cutOff: false,
    localAnswer: null,
    largeAnswer: null,
    confidence: null,
    servedBy: model,
    stream: false,
    latencyMs: exchange.latencyMs ?? 0,
    firstTokenMs: null,
    promptTokens: exchange.promptTokens,
    completionTokens: exchange.completionTokens,
    cachedTokens: exchange.cachedTokens,
    costUsd: exchange.costUsd,
  };
}

function emptyLog(file: string, first: SetAsideRow | undefined): DataError {
  const why = first === undefined ? 'it is empty' : `line ${first.line}: ${first.reason}`;
  return new DataError(
    'log-empty',
    `${file} has no record that can be read (${why})`,
    'Export the log again as JSON Lines, JSON or CSV.',
    { details: { file } },
  );
}
