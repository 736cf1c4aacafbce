import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const started = new Set();
process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Starts a program on one core; it ends with the bench at the latest. */
export function startPinned(core, command, args, options = {}) {
  const child = spawn('taskset', ['-c', String(core), command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options,
  });
  started.add(child);
  child.log = '';
  const keep = text => {
    child.log = (child.log + text).slice(-4000);
  };
  child.stderr.setEncoding('utf8').on('data', keep);
  child.on('exit', () => started.delete(child));
  return child;
}

/** Ends a process and waits until it is gone. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(done => child.once('exit', done));
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  child.kill('SIGTERM');
  await gone;
  clearTimeout(timer);
}

/** The address in the first line that holds one: `{"url": …}`. */
export async function printedUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"url"')) continue;
    // What it prints later is let go, or it would stop at a full pipe.
    child.stdout.resume();
    return JSON.parse(line).url;
  }
  throw new Error(`it ended without an address: ${child.log}`);
}

/** Waits until a server answers anything at all. */
export async function listening(url, child, limitMs = 90_000) {
  child.stdout.resume();
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    if (child.exitCode !== null) break;
    try {
      await (await fetch(url, { signal: AbortSignal.timeout(2_000) })).arrayBuffer();
      return;
    } catch {
      await new Promise(done => setTimeout(done, 100));
    }
  }
  throw new Error(`it does not answer at ${url}: ${child.log}`);
}

/** Asks a process that answers each line with one line. */
export function lineByLine(child) {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async question => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`the load generator ended: ${child.log}`);
    return JSON.parse(value);
  };
}

/** A process and those it started. */
function family(pid) {
  const file = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean) : [];
  return [pid, ...children.flatMap(child => family(Number(child)))];
}

/** Milliseconds of CPU time that a process has used, with all its threads. */
export function cpuMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return (
    threads.reduce(
      (sum, thread) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
      0,
    ) / 1e6
  );
}

/** Waits until a process has nothing left to do, a minute at most; resolves with the CPU time it took for that. */
export async function quiet(pid) {
  const began = cpuMs(pid);
  let before = began;
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    await new Promise(done => setTimeout(done, 700));
    const now = cpuMs(pid);
    if (now - before < 10) return now - began;
    before = now;
  }
  return before - began;
}

const kilobytes = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
const sum = (pid, field) =>
  Math.round(family(pid).reduce((total, member) => total + kilobytes(member, field), 0) / 1024);

/** Resident memory of a process with its children, in MB. */
export const residentMb = pid => sum(pid, 'VmRSS');
/** Most resident memory since `resetPeak`, in MB. */
export const peakMb = pid => sum(pid, 'VmHWM');

/** @see https://docs.kernel.org/filesystems/proc.html (clear_refs) */
export function resetPeak(pid) {
  for (const member of family(pid)) writeFileSync(`/proc/${member}/clear_refs`, '5');
}
