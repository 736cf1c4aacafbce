import type { Family, Merge } from './series.ts';

const counter = (name: string, labels: readonly string[], help: string): Family => ({
  name,
  help,
  type: 'counter',
  labels,
  merge: 'sum',
  buckets: [],
});

const gauge = (name: string, labels: readonly string[], help: string, merge: Merge = 'sum'): Family => ({
  ...counter(name, labels, help),
  type: 'gauge',
  merge,
});

/** From a gateway's own millisecond to the longest deadline. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

const histogram = (name: string, labels: readonly string[], help: string): Family => ({
  ...counter(name, labels, help),
  type: 'histogram',
  buckets: seconds,
});

/**
 * Every metric of the gateway. Label values come from closed sets: aliases, upstreams and engines from the
 * configuration, everything else from this code; what a client or upstream makes up is counted as one `unknown`.
 */
export const families = {
  requests: counter(
    'stepdown_requests_total',
    ['alias', 'route', 'reason', 'status'],
    'Requests that have ended, by model alias, route, reason of escalation and HTTP status.',
  ),
  inFlight: gauge('stepdown_requests_in_flight', [], 'Requests being answered now.'),
  duration: histogram(
    'stepdown_request_duration_seconds',
    ['alias', 'route'],
    'Time from the request to the end of its answer.',
  ),
  firstToken: histogram(
    'stepdown_first_token_seconds',
    ['alias', 'route'],
    'Time from the request to the first token of its answer.',
  ),
  tokens: counter(
    'stepdown_tokens_total',
    ['alias', 'route', 'kind'],
    'Tokens by kind: prompt, completion, and cached, which is a part of prompt.',
  ),
  cost: counter('stepdown_cost_usd_total', ['alias', 'route'], 'Known costs in US dollars.'),
  unpriced: counter(
    'stepdown_unpriced_requests_total',
    ['alias', 'route'],
    'Answers whose cost is not known, because the server has no price or did not tell tokens.',
  ),
  errors: counter('stepdown_errors_total', ['code'], 'Requests that failed, by error code.'),
  keyRejections: counter(
    'stepdown_key_rejections_total',
    ['code'],
    'Requests refused for their key, rate or budget, by error code.',
  ),
  feedback: counter('stepdown_feedback_total', ['rating', 'corrected'], 'Feedback that clients gave.'),
  compared: counter(
    'stepdown_compared_answers_total',
    ['alias', 'agree'],
    'Requests that specialist and large model both answered, by whether they agree.',
  ),
  backgroundFailures: counter(
    'stepdown_background_failures_total',
    ['code'],
    'Failures that no client was told of, by error code.',
  ),
  breakerOpened: counter(
    'stepdown_upstream_breaker_opened_total',
    ['upstream'],
    'Times that an upstream was taken out of use.',
  ),
  capturesWritten: counter('stepdown_captures_written_total', [], 'Captures that are durable.'),
  capturesFailed: counter(
    'stepdown_captures_failed_total',
    [],
    'Captures that were not durable when they had to be.',
  ),
  capturesLost: counter(
    'stepdown_captures_lost_total',
    [],
    'Captures that were given up because too much waited in memory.',
  ),
  capturesWaiting: gauge('stepdown_captures_waiting', [], 'Captures that wait for the disk.'),
  queueWaiting: gauge(
    'stepdown_queue_waiting',
    ['engine'],
    'Requests for a specialist that wait: for this process (local), or for servers by its name.',
  ),
  sequencesActive: gauge(
    'stepdown_sequences_active',
    ['engine'],
    'Requests for a specialist being computed.',
  ),
  sequences: gauge(
    'stepdown_sequences',
    ['engine'],
    'Requests for a specialist that can be computed at once.',
  ),
  upstreamUp: gauge(
    'stepdown_upstream_up',
    ['upstream'],
    '1 where an upstream is used, 0 where a process holds it for failed.',
    'min',
  ),
  breakerState: gauge(
    'stepdown_upstream_breaker_state',
    ['upstream', 'state'],
    '1 for the state an upstream is in: closed, half-open or open.',
    'max',
  ),
  rolloutPhase: gauge(
    'stepdown_rollout_phase',
    ['alias', 'phase'],
    '1 for the phase a canary is in: running, rolled-back or promoted.',
    'max',
  ),
  agreement: gauge(
    'stepdown_agreement_ratio',
    ['alias', 'bound'],
    'Share of compared answers in which specialist and large model agree, with its 95 % interval.',
    'max',
  ),
  eventLoopLag: gauge(
    'nodejs_eventloop_lag_p99_seconds',
    [],
    'Lag of the event loop since the last scrape, 99th percentile, worst process.',
    'max',
  ),
  residentMemory: gauge('process_resident_memory_bytes', [], 'Resident memory of all processes.'),
  cpu: counter('process_cpu_seconds_total', [], 'Processor time of all processes.'),
  startTime: gauge(
    'process_start_time_seconds',
    [],
    'Start of the oldest process, seconds since 1970.',
    'min',
  ),
  processes: gauge('stepdown_processes', [], 'Processes that these metrics are of.'),
  logLinesDropped: counter(
    'stepdown_log_lines_dropped_total',
    [],
    'Log lines left out because their reader was too slow.',
  ),
  build: gauge('stepdown_build_info', ['version'], 'Always 1; says the version.', 'max'),
} as const satisfies Record<string, Family>;
