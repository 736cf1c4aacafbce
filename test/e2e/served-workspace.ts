import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { CascadeCalibration } from '../../src/stages/cascade/index.ts';
import { faultRows } from './fault-rows.ts';
import { chat, type Served, startGateway, startSpecialistServer } from './gateway-process.ts';
import { packSpecialist } from './specialist-folder.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
export const sure = 'oil drips from the old pump in bay 4711';
/** Of the length at which the server is least sure. */
export const unsure = 'maybe oil drips from the old pump in bay 4711111111';

/** A workspace with a specialist that a model server runs, and the gateway of it that `serve` last started. */
export function servedWorkspace() {
  let dir: string;
  let server: Served;
  let gateway: Served | null = null;
  let specialist: string;

  function configure(
    change: { readonly cascade?: object; readonly aliases?: object; readonly price?: object } = {},
  ): void {
    const { price = null } = change;
    const upstream = { baseUrl: `${server.url}/v1`, allowPrivate: true, maxRetries: 0, price };
    const config = {
      name: 'triage',
      task: { kind: 'classify', labels: ['Leaking', 'Noise'] },
      data: {
        sources: ['train', 'validation', 'calibration', 'test'].map(split => ({
          file: `${split}.jsonl`,
          split,
        })),
      },
      // Rows that differ by a number say nothing of what is out of scope.
      cascade: {
        rule: { kind: 'error-bound', alpha: 0.05, delta: 0.1 },
        outOfScopeShare: 0,
        ...change.cascade,
      },
      serve: {
        upstreams: { vllm: upstream, cloud: upstream },
        aliases: change.aliases ?? { triage: aliasServedBy('triage') },
      },
    };
    writeFileSync(join(dir, 'stepdown.yaml'), JSON.stringify(config));
  }

  const aliasServedBy = (model: string, more: object = {}) => ({
    kind: 'cascade',
    specialist,
    servedBy: [{ upstream: 'vllm', model }],
    large: [{ upstream: 'cloud', model: 'large' }],
    auditShare: 0,
    ...more,
  });

  function stepdown(...argv: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...argv, '--json'], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: '', STEPDOWN_OFFLINE: '1' },
    });
    return { code: status, json: stdout === '' ? null : JSON.parse(stdout), stderr };
  }

  const calibrate = (alias: string): CascadeCalibration => {
    const { code, json, stderr } = stepdown(
      'cascade',
      'calibrate',
      '--alias',
      alias,
      '--specialist',
      specialist,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return json.calibration as CascadeCalibration;
  };

  async function seen(): Promise<Record<string, unknown>[]> {
    return (await (await fetch(`${server.url}/seen`)).json()) as Record<string, unknown>[];
  }

  async function ask(content: string, more: object = {}, init: RequestInit = {}) {
    const messages = [{ role: 'user', content }];
    const response = await chat(gateway!.url, { model: 'triage', messages, ...more }, init);
    return { response, route: response.headers.get('x-stepdown-route'), text: await response.text() };
  }

  const serve = async () => {
    await gateway?.stop();
    gateway = await startGateway(dir);
  };

  /** A specialist of the imported rows; another instruction makes another one. */
  function makeSpecialist(instruction: string): Promise<string> {
    const { json } = stepdown('data', 'show');
    return packSpecialist(dir, { instruction, datasetHash: json.manifest.hash });
  }

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'stepdown-served-'));
    server = await startSpecialistServer();
    writeFileSync(join(dir, 'train.jsonl'), faultRows(0, 200));
    writeFileSync(join(dir, 'validation.jsonl'), faultRows(500, 100));
    writeFileSync(join(dir, 'calibration.jsonl'), faultRows(1000, 600));
    writeFileSync(join(dir, 'test.jsonl'), faultRows(2000, 60));
    configure();
    expect(stepdown('data', 'import').code).toBe(0);
    specialist = await makeSpecialist('Name the fault.');
    expect(existsSync(join(specialist, 'manifest.json'))).toBe(true);
    configure();
  });

  afterAll(async () => {
    await Promise.all([gateway?.stop(), server?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  return {
    configure,
    aliasServedBy,
    stepdown,
    calibrate,
    seen,
    ask,
    serve,
    makeSpecialist,
    get dir() {
      return dir;
    },
    get specialist() {
      return specialist;
    },
    get server() {
      return server;
    },
    get gateway() {
      return gateway;
    },
  };
}
