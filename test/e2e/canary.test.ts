import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultRows } from './fault-rows.ts';
import { chat, type Served, startGateway, startSpecialistServer } from './gateway-process.ts';
import { packSpecialist } from './specialist-folder.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
/** The specialist says "Leaking", the large model "large: Leaking": to a canary that is another answer. */
const sure = 'oil drips from the old pump in bay 4711';

let dir: string;
let server: Served;
let gateway: Served;

function stepdown(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv, '--json'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '', STEPDOWN_OFFLINE: '1' },
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return JSON.parse(stdout);
}

function configure(aliases: object): void {
  const upstream = { baseUrl: `${server.url}/v1`, allowPrivate: true, maxRetries: 0 };
  const sources = ['train', 'validation', 'calibration', 'test'].map(split => ({
    file: `${split}.jsonl`,
    split,
  }));
  const config = {
    name: 'triage',
    task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
    data: { sources },
    cascade: { rule: { kind: 'error-bound', alpha: 0.05, delta: 0.1 }, outOfScopeShare: 0, auditShare: 0 },
    serve: { upstreams: { vllm: upstream, cloud: upstream }, aliases },
  };
  writeFileSync(join(dir, 'stepdown.yaml'), JSON.stringify(config));
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stepdown-canary-'));
  server = await startSpecialistServer();
  writeFileSync(join(dir, 'train.jsonl'), faultRows(0, 200));
  writeFileSync(join(dir, 'validation.jsonl'), faultRows(500, 100));
  writeFileSync(join(dir, 'calibration.jsonl'), faultRows(1000, 600));
  writeFileSync(join(dir, 'test.jsonl'), faultRows(2000, 60));
  configure({});
  stepdown('data', 'import');
  const datasetHash = stepdown('data', 'show').manifest.hash;
  const specialist = await packSpecialist(dir, { instruction: 'Name the fault.', datasetHash });
  const canary = {
    kind: 'cascade',
    mode: 'canary',
    canaryShare: 0.5,
    specialist,
    servedBy: [{ upstream: 'vllm', model: 'triage' }],
    large: [{ upstream: 'cloud', model: 'large' }],
  };
  configure({ compared: canary, rated: { ...canary, canaryAuditShare: 0 } });
  stepdown('cascade', 'calibrate', '--alias', 'compared', '--specialist', specialist);
  gateway = await startGateway(dir);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), server?.stop()]);
  rmSync(dir, { recursive: true, force: true });
});

async function ask(model: string) {
  const response = await chat(gateway.url, { model, messages: [{ role: 'user', content: sure }] });
  await response.text();
  return { id: response.headers.get('x-request-id'), route: response.headers.get('x-stepdown-route') };
}

async function phaseOf(alias: string): Promise<string | undefined> {
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  return new RegExp(`stepdown_rollout_phase\\{alias="${alias}",phase="([a-z-]+)"\\} 1`).exec(metrics)?.[1];
}

/** Asks until the canary is decided; gives how many of its own answers were given out. */
async function untilDecided(alias: string, then: (answer: Awaited<ReturnType<typeof ask>>) => Promise<void>) {
  let local = 0;
  for (let request = 0; request < 2_000 && (await phaseOf(alias)) === 'running'; request++) {
    const answer = await ask(alias);
    if (answer.route === 'local') local++;
    await then(answer);
  }
  return local;
}

it('takes a canary back whose own answers differ from the large model’s, before 200 of them are out', async () => {
  expect(await phaseOf('compared')).toBe('running');
  const given = await untilDecided('compared', async () => undefined);
  expect(await phaseOf('compared')).toBe('rolled-back');
  expect(given).toBeGreaterThan(0);
  expect(given).toBeLessThanOrEqual(200);
  for (let request = 0; request < 20; request++) expect((await ask('compared')).route).toBe('large');
});

it('takes a canary back whose answers clients rate bad, where the incumbent’s are rated good', async () => {
  const given = await untilDecided('rated', async ({ id, route }) => {
    const response = await fetch(`${gateway.url}/v1/feedback`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id, rating: route === 'local' ? -1 : 1 }),
    });
    expect(response.status).toBe(200);
  });
  expect(await phaseOf('rated')).toBe('rolled-back');
  expect(given).toBeLessThanOrEqual(200);
  expect((await ask('rated')).route).toBe('large');
});

it('keeps what was decided over a restart', async () => {
  await gateway.stop();
  gateway = await startGateway(dir);
  expect(await phaseOf('compared')).toBe('rolled-back');
  expect((await ask('rated')).route).toBe('large');
});
