import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capturedOf } from './gateway-process.ts';
import { servedWorkspace, sure, unsure } from './served-workspace.ts';

const here = servedWorkspace();
const { configure, aliasServedBy, stepdown, calibrate, seen, ask, serve, makeSpecialist } = here;

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
    const simulated = stepdown('cascade', 'simulate', '--specialist', here.specialist);
    expect(simulated).toMatchObject({ code: 0, json: { rows: 60, calibrationHash: calibration.hash } });
    // Nine of ten rows are sure ones, and right.
    const { coverage, localError } = simulated.json.operating;
    expect(coverage.value).toBeGreaterThan(0.7);
    expect(localError.value).toBeLessThanOrEqual(0.05);
    const explained = stepdown('cascade', 'explain', unsure, '--specialist', here.specialist).json;
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
    expect((await fetch(`${here.gateway!.url}/admin/reload`, { method: 'POST' })).status).toBe(200);
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
    expect(capturedOf(here.dir, response)).toMatchObject({
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
    const metrics = async () => (await fetch(`${here.gateway!.url}/metrics`)).text();
    await expect
      .poll(metrics, { timeout: 20_000 })
      .toContain('stepdown_background_failures_total{code="upstream-unavailable"} 1');
    expect(here.gateway!.log()).toMatch(/"message":"failure","where":"shadow","code":"upstream-unavailable"/);
  });

  it('tells by its audit samples how far it agrees with the large model', async () => {
    configure({ aliases: { triage: aliasServedBy('triage', { auditShare: 1 }) } });
    calibrate('triage');
    await serve();
    const audited = await ask(sure);
    expect(audited.response.headers.get('x-stepdown-reason')).toBe('audit-sample');
    const metrics = await (await fetch(`${here.gateway!.url}/metrics`)).text();
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
    writeFileSync(join(here.dir, 'large.jsonl'), '{"id":"of no row","text":"Leaking"}\n');
    const hintOf = (...argv: string[]) =>
      stepdown('cascade', ...argv, '--specialist', here.specialist, '--large-answers', 'large.jsonl').json
        .error.hint as string;
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
