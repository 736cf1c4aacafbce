/** Clients that each send their next request when they have their answer. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 1024 });

export const closeConnections = () => agent.destroy();

/** Sends a body; gives the JSON that comes back. */
export function post(url, body) {
  return new Promise((done, failed) => {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const sent = request(url, { method: 'POST', agent, headers }, response => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', part => {
        answer += part;
      });
      response.on('end', () => {
        if (response.statusCode === 200) done(JSON.parse(answer));
        else failed(new Error(`${response.statusCode} ${answer.slice(0, 300)}`));
      });
    });
    sent.on('error', failed);
    sent.end(text);
  });
}

/** Processor time of a process with all its threads so far, in milliseconds; null where the system does not tell. */
function processorMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    // User and system time, in the kernel's ticks of 10 ms.
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return null;
  }
}

/**
 * @param ask sends one input and resolves with its answer
 * @param inputAt the text of the request with this index
 * @returns rate, latencies in milliseconds, and the server's processor time a request in milliseconds
 */
export async function load({ ask, pid, inputAt, clients, seconds }) {
  // A server may close what stood idle during the others' turns, just as it is used again.
  closeConnections();
  const latencies = [];
  const busy = processorMs(pid);
  const began = performance.now();
  const until = began + 1000 * seconds;
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < until) {
        const started = performance.now();
        await ask(inputAt(next++));
        latencies.push(performance.now() - started);
      }
    }),
  );
  return {
    requestsPerSecond: (1000 * latencies.length) / (performance.now() - began),
    latencies,
    processorMs: busy === null ? null : (processorMs(pid) - busy) / latencies.length,
  };
}
