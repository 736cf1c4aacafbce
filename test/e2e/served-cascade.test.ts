import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CascadeCalibration } from '../../src/stages/cascade/index.ts';
import { faultRows } from './fault-rows.ts';
import { capturedOf, chat, type Served, startGateway, startSpecialistServer } from './gateway-process.ts';
import { packSpecialist } from './specialist-folder.ts';

/** The built program: `npm run build` comes first. */
const program = join(import.meta.dirname, '../../dist/cli/main.js');
const sure = 'oil drips from the old pump in bay 4711';
/** Of the length at which the server is least sure. */
const unsure = 'maybe oil drips from the old pump in bay 4711111111';

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

describe('a cascade whose specialist a model server runs', () => {
  it('is calibrated by the log-probabilities that the server gives, and played on the test rows', () => {
    const calibration = calibrate('triage');
    expect(calibration.servedBy).toEqual({
      servers: [{ upstream: 'vllm', model: 'triage' }],
      logprobs: true,
    });
    expect(calibration).not.toHaveProperty('secondOpinion');
    expect(calibration.score.signals[0]!.name).toBe('probability');
    expect(calibration.goal.met).toBe(true);
    expect(calibration.rows).toMatchObject({ fitted: 100, fittedOn: 'validation', tested: 600 });
    const simulated = stepdown('cascade', 'simulate', '--specialist', specialist);
    expect(simulated).toMatchObject({ code: 0, json: { rows: 60, calibrationHash: calibration.hash } });
    // Nine of ten rows are sure ones, and right.
    const { coverage, localError } = simulated.json.operating;
    expect(coverage.value).toBeGreaterThan(0.7);
    expect(localError.value).toBeLessThanOrEqual(0.05);
    const explained = stepdown('cascade', 'explain', unsure, '--specialist', specialist).json;
    expect(explained).toMatchObject({
      text: 'Noise',
      decision: { route: 'large', reason: 'low-confidence' },
    });
    expect(explained.signals.margin).toBeGreaterThan(0);
  });

  it('answers by the latest calibration: sure ones itself, the others with the large model', async () => {
    await serve();
    const local = await ask(sure);
    expect(JSON.parse(local.text).choices[0].message.content).toBe('Leaking');
    expect(local.route).toBe('local');
    expect(local.response.headers.get('x-stepdown-served-by')).toMatch(/^triage-/);
    const asked = (await seen()).at(-1)!;
    expect(asked).toMatchObject({ model: 'triage', logprobs: true, top_logprobs: 5, temperature: 0 });
    expect((asked['messages'] as object[])[0]).toEqual({ role: 'system', content: 'Name the fault.' });
    const escalated = await ask(unsure);
    expect(escalated.route).toBe('large');
    expect(escalated.response.headers.get('x-stepdown-reason')).toBe('low-confidence');
    expect(JSON.parse(escalated.text).choices[0].message.content).toBe('large: Leaking');
  });

  it('streams both', async () => {
    const local = await ask(sure, { stream: true });
    expect(local.route).toBe('local');
    expect(local.text).toContain('"Leaking"');
    expect(local.text.endsWith('data: [DONE]\n\n')).toBe(true);
    const escalated = await ask(unsure, { stream: true });
    expect(escalated.text).toContain('large: Leaking');
  });

  it('serves the newest calibration after a reload, by default', async () => {
    configure({ cascade: { rule: { kind: 'budget', maxEscalatedShare: 1 } } });
    const newer = calibrate('triage');
    expect(newer.local).toEqual({ kind: 'none' });
    expect((await ask(sure)).route).toBe('local');
    expect((await fetch(`${gateway!.url}/admin/reload`, { method: 'POST' })).status).toBe(200);
    expect((await ask(sure)).route).toBe('large');
  });

  it.each(['plain', 'strict'])(
    'is calibrated by agreement on a server without log-probabilities (%s)',
    async model => {
      const aliases = { triage: aliasServedBy(model) };
      configure({ aliases });
      const calibration = calibrate('triage');
      expect(calibration).toMatchObject({
        servedBy: { servers: [{ upstream: 'vllm', model }], logprobs: false },
        secondOpinion: 'agreement',
        goal: { met: true },
      });
      await serve();
      expect((await ask(sure)).route).toBe('local');
      const asked = (await seen()).slice(-2);
      expect(asked.map(({ temperature }) => temperature)).toEqual([0, 0.7]);
      for (const body of asked) expect(body).not.toHaveProperty('logprobs');
      expect((await ask(unsure)).route).toBe('large');
    },
  );

  it('goes to the large model where its own server fails', async () => {
    const { route, response } = await ask(`${sure}, crash`);
    expect(route).toBe('large');
    expect(response.headers.get('x-stepdown-reason')).toBe('specialist-failed');
  });

  it('says why the large model was asked also where that fails then, to the client and in the capture', async () => {
    const { response } = await ask(`${unsure}, outage`);
    expect(response.status).toBe(502);
    expect(response.headers.get('x-stepdown-route')).toBe('none');
    expect(response.headers.get('x-stepdown-reason')).toBe('low-confidence');
    expect(capturedOf(dir, response)).toMatchObject({
      route: 'none',
      reason: 'low-confidence',
      localAnswer: expect.stringMatching(/Leaking|Noise/),
      confidence: expect.any(Number),
      answer: null,
    });
  });

  it('stands beside the large model in shadow mode, without a calibration', async () => {
    configure({ aliases: { triage: aliasServedBy('triage', { mode: 'shadow' }) } });
    await serve();
    expect((await ask(sure)).text).toContain('large: Leaking');
    expect((await seen()).some(({ model }) => model === 'triage')).toBe(true);
    // Its failures are not the client's; the operator is told.
    expect((await ask(`${sure}, crash`)).text).toContain('large: Leaking');
    const metrics = async () => (await fetch(`${gateway!.url}/metrics`)).text();
    await expect
      .poll(metrics, { timeout: 20_000 })
      .toContain('stepdown_background_failures_total{code="upstream-unavailable"} 1');
    expect(gateway!.log()).toMatch(/"message":"failure","where":"shadow","code":"upstream-unavailable"/);
  });

  it('tells by its audit samples how far it agrees with the large model', async () => {
    configure({ aliases: { triage: aliasServedBy('triage', { auditShare: 1 }) } });
    calibrate('triage');
    await serve();
    const audited = await ask(sure);
    expect(audited.response.headers.get('x-stepdown-reason')).toBe('audit-sample');
    const metrics = await (await fetch(`${gateway!.url}/metrics`)).text();
    // The large model of this server puts its name before the label.
    expect(metrics).toContain('stepdown_compared_answers_total{alias="triage",agree="no"} 1');
    expect(metrics).toContain('stepdown_agreement_ratio{alias="triage",bound="value"} 0');
  });

  it('sends as many audit samples as it was calibrated with, where its alias says nothing else', async () => {
    configure({
      cascade: { auditShare: 1 },
      aliases: { triage: aliasServedBy('triage', { auditShare: undefined }) },
    });
    calibrate('triage');
    await serve();
    expect((await ask(sure)).response.headers.get('x-stepdown-reason')).toBe('audit-sample');
  });

  it('is not served with a calibration that was made elsewhere, and the error says what to run', () => {
    configure({ aliases: { triage: aliasServedBy('triage') } });
    calibrate('triage');
    configure({ aliases: { triage: aliasServedBy('plain') } });
    const refused = stepdown('serve', '--port', '0');
    expect(refused.code).toBe(2);
    expect(refused.json.error).toMatchObject({
      code: 'calibration-of-other-server',
      hint: expect.stringContaining('stepdown cascade calibrate --alias triage'),
    });
  });

  it('is not served with the calibration of a specialist with another prompt', async () => {
    configure({ aliases: { triage: aliasServedBy('triage') } });
    calibrate('triage');
    const other = await makeSpecialist('Say what is broken.');
    configure({ aliases: { triage: aliasServedBy('triage', { specialist: other }) } });
    const refused = stepdown('serve', '--port', '0');
    expect(refused).toMatchObject({ code: 2, json: { error: { code: 'calibration-foreign' } } });
    expect(refused.json.error.message).toContain('its weights, prompt or task are others');
  });

  it('says which command prints the ids where recorded answers are of other rows', () => {
    writeFileSync(join(dir, 'large.jsonl'), '{"id":"of no row","text":"Leaking"}\n');
    const hintOf = (...argv: string[]) =>
      stepdown('cascade', ...argv, '--specialist', specialist, '--large-answers', 'large.jsonl').json.error
        .hint as string;
    const shown = (hint: string) => {
      const [, argv = ''] = /`stepdown (.*) --json`/.exec(hint) ?? [];
      return stepdown(...argv.split(' ')).json.examples as object[];
    };
    configure({ aliases: { triage: aliasServedBy('triage') } });
    expect(shown(hintOf('calibrate', '--alias', 'triage'))).toHaveLength(600);
    calibrate('triage');
    expect(shown(hintOf('simulate'))).toHaveLength(60);
  });

  it('names the aliases that have a specialist where another is asked for', () => {
    const refused = stepdown('cascade', 'calibrate', '--alias', 'other');
    expect(refused).toMatchObject({ code: 2, json: { error: { code: 'alias-not-local' } } });
    expect(refused.json.error.hint).toContain('triage');
  });
});

describe('a cascade whose servers charge', () => {
  /** Nine tokens of an answer. */
  const answerUsd = (9 * 1000) / 1e6;
  let key: string;
  beforeAll(async () => {
    configure({ aliases: { triage: aliasServedBy('triage') }, price: { input: 1000, output: 1000 } });
    calibrate('triage');
    key = stepdown('keys', 'create', '--name', 'payer', '--alias', 'triage').json.key;
    await serve();
  });

  const pay = async (content: string, more: object = {}) => {
    const response = await ask(content, more, { headers: { authorization: `Bearer ${key}` } });
    return { status: response.response.status, captured: capturedOf(dir, response.response) };
  };
  const spentUsd = async (): Promise<number> => {
    const { keys } = stepdown('keys', 'list').json as {
      keys: { name: string; used: { total: { costUsd: number } } }[];
    };
    return keys.find(({ name }) => name === 'payer')!.used.total.costUsd;
  };

  it.each([false, true])(
    'captures and books what its specialist cost, also where the large model fails then (streamed: %s)',
    async stream => {
      const before = await spentUsd();
      const failed = await pay(`${unsure}, outage`, { stream });
      expect(failed.status).toBe(502);
      expect(failed.captured['costUsd']).toBeCloseTo(answerUsd, 9);
      await expect.poll(spentUsd, { timeout: 20_000 }).toBeCloseTo(before + answerUsd, 9);
    },
  );

  it('captures the cost of both where both answered', async () => {
    const both = await pay(unsure);
    expect(both.status).toBe(200);
    expect(both.captured['costUsd']).toBeCloseTo(2 * answerUsd, 9);
  });

  it('books what its specialist cost in shadow mode, also where that is known only after the answer', async () => {
    const shadow = aliasServedBy('triage', { mode: 'shadow', localDeadlineMs: 60_000 });
    configure({ aliases: { triage: shadow }, price: { input: 1000, output: 1000 } });
    await serve();
    const before = await spentUsd();
    const paid = await pay(`${sure}, slow`);
    await expect
      .poll(async () =>
        (await seen()).some(body => JSON.stringify(body).includes('slow') && body['model'] === 'triage'),
      )
      .toBe(true);
    await fetch(`${server.url}/release`, { method: 'POST' });
    expect(paid.status).toBe(200);
    expect(paid.captured['costUsd']).toBeCloseTo(answerUsd, 9);
    await expect.poll(spentUsd, { timeout: 20_000 }).toBeCloseTo(before + 2 * answerUsd, 9);
  });
});
