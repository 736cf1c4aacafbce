import type { CaptureLog } from '../../core/capture.ts';
import { guardedCaptureLog } from '../../stages/serve/capture/index.ts';
import type { ServeConfig } from '../../stages/serve/schema.ts';
import { openCaptureLog } from '../../store/captures/capture-log.ts';
import { openCapturesFile, sharedCapturesDatabase } from '../../store/captures/captures-database.ts';
import type { StepdownDatabase } from '../../store/database.ts';
import type { Workspace } from '../workspace.ts';
import { configuredRedactor } from './open-store.ts';

export interface GatewayCapturesOptions {
  readonly workspace: Workspace;
  /** The configuration as it is now: policies follow a reload; mode, patterns and limits are those of the start. */
  readonly config: () => ServeConfig;
  /** Postgres, where captures are shared; null keeps them in the workspace. */
  readonly postgres: StepdownDatabase | null;
  /** One sentence for the operator. */
  readonly tell: (sentence: string) => void;
}

/** The log where capturing is switched off: no file is opened, and no request is known later. */
const nothingCaptured: CaptureLog = {
  append: () => Promise.resolve(),
  addFeedback: () => Promise.resolve(false),
  state: () => ({ written: 0, failed: 0, lost: 0, waiting: 0, lastFailure: null }),
  close: () => Promise.resolve(),
};

/**
 * The capture log of a gateway process: keeps what the alias's policy allows and makes it durable.
 * @throws ConfigError `redaction-pattern-invalid`
 */
export async function openGatewayCaptures(options: GatewayCapturesOptions): Promise<CaptureLog> {
  const { workspace, config, postgres, tell } = options;
  const { capture } = config();
  if (capture.mode === 'off') return nothingCaptured;
  const redactor = await configuredRedactor(config(), workspace.environment);
  const log = await openCaptureLog({
    dir: workspace.inside('captures'),
    database:
      postgres === null
        ? await openCapturesFile(workspace.inside('captures', 'captures.db'))
        : sharedCapturesDatabase(postgres),
    mode: capture.mode,
    windowMs: capture.windowMs,
    maxBytes: capture.maxBytes,
    tell,
  });
  return guardedCaptureLog(log, {
    policyOf: alias => {
      const now = config();
      const own = Object.hasOwn(now.aliases, alias) ? now.aliases[alias] : undefined;
      return own?.content ?? now.capture.content;
    },
    redactor,
    aliasOf: id => log.aliasOf(id),
  });
}
