import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JinjaChatTemplate } from '../../src/models/templates/chat-template.ts';
import { chat, createWorkspace, type Served, startGateway } from '../e2e/gateway-process.ts';
import { packSpecialist } from '../e2e/specialist-folder.ts';
import { smallModelSpec } from './engine-weights.ts';

/** Of the same weights, with another instruction and other labels: an answer tells by whom it is. */
const oldLabels = ['fruit', 'animal', 'tool'];
const newLabels = ['edible', 'alive', 'hard'];
let workspace: ReturnType<typeof createWorkspace>;
let gateway: Served;
let serve: (specialist: string) => void;
let pack: (instruction: string, labels: readonly string[]) => Promise<string>;

beforeAll(async () => {
  const spec = await smallModelSpec();
  const { source, hash, endOfTurn, stop } = spec.template as JinjaChatTemplate;
  const weights = { file: spec.modelPath, template: { source, hash, endOfTurn, stop: [...stop] } };
  workspace = createWorkspace({});
  pack = (instruction, labels) =>
    packSpecialist(workspace.dir, { instruction, labels, datasetHash: 'd'.repeat(64), weights });
  serve = specialist =>
    workspace.write({ aliases: { things: { kind: 'specialist', specialist } }, limits: { sequences: 2 } });
  serve(await pack('What kind of thing is it?', oldLabels));
  gateway = await startGateway(workspace.dir);
});

afterAll(async () => {
  await gateway?.stop();
  workspace?.remove();
});

interface Answered {
  readonly status: number;
  readonly servedBy: string | null;
  /** Whole: `[DONE]` of a stream has come. */
  readonly label: string;
}

async function ask(content: string, stream: boolean): Promise<Answered> {
  const messages = [{ role: 'user', content }];
  const response = await chat(gateway.url, { model: 'things', messages, stream });
  const text = await response.text();
  const events = stream ? text.split('\n\n').filter(Boolean) : [];
  if (stream && events.pop() !== 'data: [DONE]') throw new Error(`not a whole stream: ${text}`);
  const choices = (stream ? events.map(event => event.slice('data: '.length)) : [text]).flatMap(
    json => (JSON.parse(json) as { choices?: Choice[] }).choices ?? [],
  );
  const label = choices.map(({ message, delta }) => (message ?? delta)?.content ?? '').join('');
  return { status: response.status, servedBy: response.headers.get('x-stepdown-served-by'), label };
}

interface Choice {
  readonly message?: { readonly content: string };
  readonly delta?: { readonly content?: string };
}

test('an alias is swapped for another specialist while requests are in flight: none fails, and later ones are answered by the new one', async () => {
  const next = await pack('What is true of it?', newLabels);
  const early: Answered[] = [];
  const late: Answered[] = [];
  let swapped = false;
  let open = 0;
  /** Asks one request after the other, whole and streamed in turn, until it has asked a few after the swap. */
  const client = async (_: unknown, number: number) => {
    for (let turn = 0, asked = 0; asked < 2; turn += 1) {
      const answers = swapped ? late : early;
      if (swapped) asked += 1;
      open += 1;
      answers.push(await ask(`thing ${number}.${turn}`, turn % 2 === 0));
      open -= 1;
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, client));
  const swap = async () => {
    await expect.poll(() => early.length, { timeout: 60_000 }).toBeGreaterThan(4);
    serve(next);
    expect(open).toBeGreaterThan(0);
    const reload = await fetch(`${gateway.url}/admin/reload`, { method: 'POST' });
    expect(reload.status).toBe(200);
    swapped = true;
  };
  // A request that fails ends its client; a swap that fails would let them ask for ever.
  await Promise.all([
    clients,
    swap().finally(() => {
      swapped = true;
    }),
  ]);
  const [{ servedBy: before }] = early as [Answered];
  const [{ servedBy: after }] = late as [Answered];
  expect(after).not.toBe(before);
  for (const { status, servedBy, label } of early) {
    expect({ status, label }).toEqual({ status: 200, label: expect.any(String) });
    expect(servedBy === before ? oldLabels : newLabels).toContain(label);
  }
  expect(late).toHaveLength(8);
  for (const answered of late) {
    expect(answered).toMatchObject({ status: 200, servedBy: after });
    expect(newLabels).toContain(answered.label);
  }
});
