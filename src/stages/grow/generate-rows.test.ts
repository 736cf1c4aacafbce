import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generate, isForInputs, requestsFile, said, task, train, useFolder } from './fixtures/generating.ts';
import { answering, paid } from './fixtures/paid.ts';
import { planInputRequests } from './inputs/input-request.ts';
import type { SetAsideMade } from './made-row.ts';
import { growConfigSchema } from './schema.ts';

const passage = { file: 'manual.pdf', page: 3, text: 'Seals wear after a year.' };
const codes = (setAside: readonly SetAsideMade[]) => setAside.map(({ code }) => code);

useFolder();

describe('generating rows', () => {
  it('asks for inputs of each label in turn, answers each several times, and keeps where a row comes from', async () => {
    const { made, asked } = await generate(request => {
      if (!isForInputs(request)) return said(request).includes('squeal') ? 'Noise' : 'Leaking';
      return said(request).includes('the label "Noise"')
        ? '{"inputs": ["a loud squeal from the fan", "squealing belt at start"]}'
        : 'Here you are:\n```json\n{"inputs": ["oil under the gearbox", "water drips off the tap"]}\n```';
    });
    expect(made.rows.map(({ input, target }) => [input, target])).toEqual([
      ['oil under the gearbox', 'Leaking'],
      ['water drips off the tap', 'Leaking'],
      ['a loud squeal from the fan', 'Noise'],
      ['squealing belt at start', 'Noise'],
    ]);
    expect(made.setAside).toEqual([]);
    expect(asked).toHaveLength(2 + 4 * 3);
    const first = made.rows[0]!.provenance;
    expect(first).toMatchObject({
      kind: 'generated',
      teacher: { model: 'teacher-model', host: 'models.example.com' },
      promptHash: 'p'.repeat(64),
      at: '2026-11-28T00:00:00.000Z',
      intendedLabel: 'Leaking',
      samples: 3,
      agreement: 1,
      judge: null,
      document: null,
    });
    expect(first.costUsd).toBeCloseTo(0.03, 9);
    expect(first.seeds).toHaveLength(2);
    for (const id of first.seeds) {
      const seed = train.find(row => row.id === id)!;
      expect(seed.target).toBe('Leaking');
      expect(said(asked[0]!)).toContain(seed.messages[0]!.content);
    }
  });

  it('sets aside what is known, like a test row, too long or not agreed on, before it is paid for where it can', async () => {
    const inputs = [
      'The known pump  leaks at the flange',
      'the known pump leaks at the flanges',
      'something sealed and secret',
      'x'.repeat(200),
      'unclear case of the motor',
      'a hum that is a leak',
      'odd answer for the gear',
      'good new drip at the valve',
    ];
    const { made, asked } = await generate(
      request => {
        if (isForInputs(request)) return JSON.stringify({ inputs });
        if (said(request).includes('unclear')) return request.seed === 0 ? 'Leaking' : 'Noise';
        if (said(request).includes('hum that')) return 'Noise';
        return said(request).includes('odd answer') ? 'Smell' : 'Leaking';
      },
      { rows: 2, config: growConfigSchema.parse({ maxInputCharacters: 100, minAgreement: 0.8, samples: 3 }) },
    );
    expect(made.rows.map(({ input }) => input)).toEqual(['good new drip at the valve']);
    expect(codes(made.setAside)).toEqual([
      'duplicate',
      'near-duplicate',
      'near-test-split',
      'too-long',
      'no-agreement',
      'not-the-intended-label',
      'no-agreement',
    ]);
    expect(JSON.stringify(made)).not.toContain('secret');
    expect(made.setAside.at(-1)!.reason).toContain('"Smell" is not one of the labels');
    // Two answers showed that three could not agree; one sufficed where it was unusable.
    expect(asked.filter(request => said(request).includes('unclear'))).toHaveLength(2);
    expect(asked.filter(request => said(request).includes('odd answer'))).toHaveLength(1);
  });

  it('writes about documents and says which page', async () => {
    const requests = planInputRequests({
      task,
      train,
      passages: [passage],
      rows: 1,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const { made, asked } = await generate(
      request => (isForInputs(request) ? '{"inputs": ["my seal is a year old and drips"]}' : 'Leaking'),
      { requests },
    );
    expect(said(asked[0]!)).toContain('Seals wear after a year.');
    expect(made.rows[0]!.provenance).toMatchObject({
      document: { file: 'manual.pdf', page: 3 },
      intendedLabel: null,
    });
  });

  it('lets another model judge, and keeps what it says', async () => {
    const judge = answering(request =>
      said(request).includes('tap')
        ? '{"right": false, "reason": "a tap is no machine"}'
        : said(request).includes('gearbox')
          ? 'hm'
          : '{"right": true, "reason": "clear case"}',
    );
    const opened = await paid(judge.chat, requestsFile('judge'), { model: 'judge-model' });
    const { made } = await generate(
      request =>
        isForInputs(request)
          ? '{"inputs": ["oil under the gearbox", "water drips off the tap", "brine below the pump"]}'
          : 'Leaking',
      { rows: 2, judge: opened.model },
    );
    await opened.journal.close();
    expect(made.rows.map(({ provenance }) => provenance.judge)).toEqual([
      { model: 'judge-model', host: 'models.example.com', reason: 'clear case' },
    ]);
    expect(made.setAside.map(({ code, reason }) => [code, reason])).toEqual([
      ['judge-unusable', "the judge's answer cannot be read: hm"],
      ['judged-wrong', 'a tap is no machine'],
    ]);
  });

  it('takes JSON that fits the schema, and for free text the answer most like the others', async () => {
    const requests = planInputRequests({
      task: { kind: 'generate' },
      train,
      passages: [],
      rows: 1,
      perRequest: 1,
      seedsPerRequest: 2,
      seed: 1,
    });
    const asks = '{"inputs": ["where is the leak of pump nine"]}';
    const json = ['```json\n{"part": "seal"}\n```', '{"part":"seal"}', '{"part": "seal"}'];
    const extract = await generate(request => (isForInputs(request) ? asks : json[request.seed!]!), {
      requests,
      task: { kind: 'extract', schema: { type: 'object' } },
      readTarget: text => {
        try {
          return { value: JSON.stringify(JSON.parse(text)) };
        } catch {
          return { reason: 'no JSON' };
        }
      },
    });
    expect(extract.made.rows.map(({ target, provenance }) => [target, provenance.agreement])).toEqual([
      ['{"part":"seal"}', 1],
    ]);
    await rm(requestsFile());
    const texts = ['the seal of the pump leaks', 'the seal of pump nine leaks', 'ask the vendor'];
    const free = await generate(request => (isForInputs(request) ? asks : texts[request.seed!]!), {
      requests,
      task: { kind: 'generate' },
      readTarget: text => ({ value: text }),
      config: growConfigSchema.parse({ samples: 3, minAgreement: 0.3 }),
    });
    expect(free.made.rows).toHaveLength(1);
    expect(free.made.rows[0]!.target).toContain('seal');
    expect(free.made.rows[0]!.provenance.agreement).toBeLessThan(0.8);
  });
});
