import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { decideFromAnswers } from '../../../app/decide/decide.ts';
import { temporaryWorkspace } from '../../../app/fixtures/temporary-workspace.ts';
import { openInterview } from '../../../app/interview/interview.ts';
import { capturedIo } from '../../fixtures/fake-app.ts';
import { runCli } from '../../run-cli.ts';

const here = temporaryWorkspace('interview');

/** Types lines at `stepdown decide`, with the real interview and the real decision behind it. */
async function session(lines: readonly string[], argv: readonly string[] = []) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(lines.map(line => `${line}\n`).join(''));
  const shown = text(output);
  const { io, stdout, stderr } = capturedIo(
    {
      interview: options => openInterview(here.workspace, options),
      decide: options => decideFromAnswers(here.workspace, options),
    },
    { currentDir: here.dir, terminal: { input, output, isTTY: false } },
  );
  const code = await runCli(['decide', ...argv], io);
  output.end();
  return { code, shown: await shown, stdout: stdout(), stderr: stderr() };
}

const saved = (name = 'answers.yaml') => readFileSync(join(here.dir, name), 'utf8');

const task = ['extract', 'closed', 'narrow', 'none', '2%', '0'];
const data = ['5000', '0.95', 'people', 'yes'];
const traffic = ['3000..6000', '5', '600', '40', '2000'];
const regulation = ['no', 'cloud', 'yes'];
const whole = [...task, ...data, ...traffic, ...regulation, 's'];

describe('the interview of decide', () => {
  it('asks question by question and ends with a verdict and how to decide again', async () => {
    const { code, shown, stdout } = await session(whole);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\nVerdict {2}Own a specialist/);
    expect(stdout).toMatch(/Decide again: stepdown decide --answers answers\.yaml\n$/);
    expect(shown).toContain('How many calls a day?');
    expect(shown).toContain('why');
    expect(shown.split('\n').filter(line => [...line].length > 80)).toEqual([]);
    expect(saved()).toContain('callsPerDay: { low: 3000, high: 6000 } # How many calls a day?');
  });

  it('takes unknown for an answer, and says what is taken then', async () => {
    const { code, shown, stdout } = await session(['classify', ...Array(40).fill('')]);
    expect(code).toBe(0);
    expect(stdout).toContain('0 numbers are answers');
    expect(shown).toContain('Enter  unknown: 100 to 10,000 calls/day is taken (wide on purpose)');
    expect(saved()).toContain('callsPerDay: unknown #');
    expect(saved()).toContain('currency: USD #');
  });

  it('asks an impossible number again, with what is plausible', async () => {
    const { shown } = await session([...task, '-5', '5000']);
    expect(shown).toMatch(/-5 is impossible: labelled rows lies in 0 to 10,000,000,000\s+rows/);
    expect(saved()).toContain('labelledRows: 5000');
  });

  it('goes back to an answer, which Enter keeps, and then on where it was', async () => {
    const { shown } = await session(['classify', 'loose', 'narrow', 'b', 'b', 'closed', 'some', 'q']);
    expect(shown).toContain('Enter   keeps loose');
    expect(saved()).toMatch(/definition: closed.*\n {2}breadth: narrow.*\n {2}reasoning: some/);
  });

  it('cannot go back from the first question, nor go on without its answer', async () => {
    const { shown } = await session(['b', '', '?', 'extract', 's', 'q']);
    expect(shown).toContain('This is the first question.');
    expect(shown.match(/There is no going on without an answer/g)).toHaveLength(2);
    expect(shown).toContain('Only the money can be left out');
  });

  it('keeps the answers when it is ended, and goes on from there', async () => {
    const first = await session([...task, 'q'], ['--save', 'mine.yaml']);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('Go on: stepdown decide --interview --save mine.yaml');
    const second = await session([...data, 'q'], ['--save', 'mine.yaml']);
    expect(second.shown).toContain('6 answers are in mine.yaml already');
    expect(second.shown).not.toContain('What does the model do?');
    expect(second.shown).toContain('How many labelled rows are there?');
    expect(saved('mine.yaml')).toMatch(/kind: extract.*labelledRows: 5000/s);
  });

  const section = [
    'name: mine',
    'task: { kind: classify }',
    'data: { sources: [{ file: rows.jsonl }] }',
    'decide:',
    '  task: { kind: classify, definition: closed, breadth: narrow, reasoning: none, outOfScopeShare: 0.02, documents: 0 }',
    '  traffic: { callsPerDay: { low: 3000, high: 6000 } }',
    '  hardware: { cpu: { requestSeconds: 0.5 } }',
  ].join('\n');

  it('finds the prices of stepdown.yaml from a file of answers in another folder', async () => {
    writeFileSync(join(here.dir, 'stepdown.yaml'), `${section}\n  incumbent: { prices: prices.yaml }\n`);
    mkdirSync(join(here.dir, 'answers'));
    await session(['', 'q'], ['--interview', '--save', 'answers/mine.yaml']);
    expect(saved('answers/mine.yaml')).toContain('prices: ../prices.yaml');
  });

  it('asks for the answers of stepdown.yaml too, and Enter keeps each', async () => {
    writeFileSync(join(here.dir, 'stepdown.yaml'), section);
    const { code, shown } = await session(
      [...Array(6).fill(''), ...data, '', ...traffic.slice(1), ...regulation, 's'],
      ['--interview'],
    );
    expect(code).toBe(0);
    expect(shown.replace(/\s+/g, ' ')).toContain('7 answers of stepdown.yaml: Enter keeps each');
    expect(shown).toContain('keeps closed');
    expect(shown).toContain('keeps 3,000 to 6,000 calls/day');
    // Also what the interview does not ask for counts in the decision.
    expect(saved()).toMatch(/breadth: narrow[\s\S]*low: 3000[\s\S]*requestSeconds: 0\.5/);
    expect(readFileSync(join(here.dir, 'stepdown.yaml'), 'utf8')).toBe(section);
  });

  it('takes another answer in place of one of stepdown.yaml, and a file that was begun before either', async () => {
    writeFileSync(join(here.dir, 'stepdown.yaml'), section);
    await session(['', 'loose', 'q'], ['--interview']);
    expect(saved()).toMatch(/kind: classify[\s\S]*definition: loose/);
    const { shown } = await session(['q'], ['--interview']);
    expect(shown).toContain('7 answers are in answers.yaml already');
  });

  it('says where in stepdown.yaml an answer is wrong', async () => {
    writeFileSync(join(here.dir, 'stepdown.yaml'), section.replace('closed', 'shut'));
    const { code, stderr } = await session(['q'], ['--interview']);
    expect(code).toBe(2);
    expect(stderr).toContain('stepdown.yaml:5:');
  });

  it('writes nothing where nothing was answered', async () => {
    expect((await session(['q'])).stdout).toContain('Nothing was answered');
    expect(existsSync(join(here.dir, 'answers.yaml'))).toBe(false);
  });

  it('keeps the answers where the input ends', async () => {
    const { code, stdout } = await session(['classify']);
    expect([code, stdout.includes('What was answered is in answers.yaml')]).toEqual([0, true]);
    expect(saved()).toContain('kind: classify');
  });

  it('asks everything again with --again', async () => {
    await session([...task, 'q']);
    const { shown } = await session(['', '', 'broad', '', '', '', '10', 'q'], ['--again']);
    expect(shown).toContain('Enter   keeps narrow');
    expect(saved()).toMatch(/definition: closed.*breadth: broad.*labelledRows: 10/s);
  });

  it('leaves what a person wrote in the file, and asks only for the rest', async () => {
    writeFileSync(
      join(here.dir, 'answers.yaml'),
      '# ours\ntask: { kind: extract }\ntraffic:\n  growthPerYear: 0.2 # plan\n',
    );
    await session(['closed', 'q']);
    expect(saved()).toMatch(/^# ours\n/);
    expect(saved()).toContain('growthPerYear: 0.2 # plan');
    expect(saved()).toContain('definition: closed');
  });

  it('asks for amounts again when the currency changes, and does not keep one that became impossible', async () => {
    const yen = ['?', 'jpy', '0.0067', '?', '?', '12000'];
    const { shown } = await session([
      ...whole.slice(0, -1),
      ...yen,
      ...Array(5).fill('b'),
      'usd',
      '',
      '',
      '',
      '?',
      'q',
    ]);
    expect(shown).toContain('12,000 JPY an hour');
    expect(shown).toContain('keeps 12,000');
    expect(shown).toMatch(/12000 is impossible: cost of an engineer/);
    expect(saved()).toContain('hourlyRate: unknown');
  });

  it('asks for a region, and for a currency in dollars, only where they matter', async () => {
    const money = ['gpt-4o', 'eur', 's', '1.1', 'q'];
    const { code, shown } = await session([
      ...whole.slice(0, 15),
      'region-only',
      'eu',
      '',
      '',
      'no',
      ...money,
    ]);
    expect(code).toBe(0);
    expect(shown).toContain('In which region must they stay?');
    expect(shown).toContain('$2.50 a million tokens (OpenAI price list');
    expect(saved()).toMatch(/region: eu/);
    expect(saved()).toMatch(/usdPerUnit: 1\.1/);
  });
});

describe('the interview in a workspace', () => {
  it('shows what is configured with its source, and Enter takes it', async () => {
    writeFileSync(
      join(here.dir, 'stepdown.yaml'),
      'name: a\ntask: { kind: classify, labels: [a, b] }\ndata: { sources: [{ file: a.jsonl }] }\nlarge: { baseUrl: "http://127.0.0.1:1/v1", model: m, price: { input: 2, output: 8 } }\n',
    );
    const { shown, stderr } = await session([...Array(23).fill(''), 'q']);
    expect(stderr).toBe('');
    expect(shown).toContain(
      'found   classify (task.kind in stepdown.yaml)\n       Enter   takes what was found',
    );
    expect(shown).toMatch(/\$2\.00 a million tokens \(large\.price in stepdown\.yaml\)/);
    expect(saved()).toContain('kind: classify');
    expect(saved()).toContain(
      'input: unknown # found: $2.00 a million tokens (large.price in stepdown.yaml)',
    );
  });

  it('shows answers that contradict each other with both sides, and asks again', async () => {
    writeFileSync(
      join(here.dir, 'stepdown.yaml'),
      'name: a\ntask: { kind: classify, labels: [a, b] }\ndata: { sources: [{ file: a.jsonl }] }\n',
    );
    const { code, shown, stdout } = await session([...whole, 'classify']);
    expect(shown).toMatch(
      /task\.kind is extract \(answers\.yaml:\d+:3\), but\s+stepdown\.yaml of the\s+workspace says classify/,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Verdict');
    expect(saved()).toContain('kind: classify');
  });
});

describe('the interview without a terminal', () => {
  it.each([[['--interview']], [['--save', 'a.yaml']], [['--again']]])(
    'refuses %j with exit code 2 and names --answers',
    async argv => {
      const { io, stderr } = capturedIo({}, { currentDir: here.dir });
      expect(await runCli(['decide', ...argv], io)).toBe(2);
      expect(stderr()).toContain('--answers');
    },
  );

  it('refuses a file to read and one to write at once', async () => {
    const { code, stderr } = await session([], ['--answers', 'a.yaml', '--interview']);
    expect(code).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain('Leave --answers out');
  });
});
