import { beforeAll, describe, expect, it } from 'vitest';
import { capturedOf } from './gateway-process.ts';
import { servedWorkspace, sure, unsure } from './served-workspace.ts';

const here = servedWorkspace();
const { configure, aliasServedBy, stepdown, calibrate, seen, ask, serve } = here;

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
    return { status: response.response.status, captured: capturedOf(here.dir, response.response) };
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
    await fetch(`${here.server.url}/release`, { method: 'POST' });
    expect(paid.status).toBe(200);
    expect(paid.captured['costUsd']).toBeCloseTo(answerUsd, 9);
    await expect.poll(spentUsd, { timeout: 20_000 }).toBeCloseTo(before + 2 * answerUsd, 9);
  });
});
