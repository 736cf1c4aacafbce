import { stepdownVersion } from '../../../core/version.ts';

/** Something that must hold for requests to be answered. */
export interface HealthCheck {
  /** In kebab-case: `accepting`, `aliases`, `captures`. Shown to anybody who asks. */
  readonly name: string;
  /** A check that throws, or takes longer than a second, has failed. */
  check(): boolean | Promise<boolean>;
}

/** Ready to be sent as JSON. */
export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Longest wait for one check, in milliseconds: shorter than the time limits of common probes. */
const checkMs = 1000;

/** `/healthz`: the process runs and its event loop turns; nothing else, or a restart would be the answer to it. */
export function liveness(): HealthAnswer {
  return { status: 200, body: { status: 'ok', version: stepdownVersion } };
}

/**
 * `/readyz`: whether requests should be sent here. Names of checks and whether they hold, never why: anybody may
 * ask, and reasons are in the log and the metrics.
 */
export async function readiness(checks: readonly HealthCheck[]): Promise<HealthAnswer> {
  const results = await Promise.all(checks.map(async check => [check.name, await holds(check)] as const));
  const ready = results.every(([, ok]) => ok);
  return {
    status: ready ? 200 : 503,
    body: { status: ready ? 'ready' : 'not-ready', checks: Object.fromEntries(results) },
  };
}

async function holds({ check }: HealthCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(resolve, checkMs, false);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
