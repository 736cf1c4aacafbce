import { describe, expect, it } from 'vitest';
import type { PredictFileOptions } from '../../app/app.ts';
import { capturedIo } from '../fixtures/fake-app.ts';
import { runCli } from '../run-cli.ts';

const prediction = {
  text: 'Leaking',
  confidence: 0.91,
  labels: [
    { label: 'Leaking', probability: 0.91 },
    { label: 'Breakdown', probability: 0.06 },
  ],
  latencyMs: 71.2,
  promptTokens: 18,
  completionTokens: 3,
  specialist: 'fault-triage',
};

describe('predict', () => {
  it('answers the text that was given', async () => {
    const { io, stdout } = capturedIo({ predict: async input => ({ ...prediction, text: `re: ${input}` }) });
    expect(await runCli(['predict', 'seal is wet'], io)).toBe(0);
    expect(stdout().split('\n')[0]).toBe('re: seal is wet');
  });

  it('answers standard input when no text is given', async () => {
    const { io, stdout } = capturedIo(
      { predict: async input => ({ ...prediction, text: input }) },
      { input: 'seal is wet\n' },
    );
    expect(await runCli(['predict', '--json'], io)).toBe(0);
    expect(JSON.parse(stdout()).text).toBe('seal is wet');
  });

  it('says that there is nothing to answer, before anything is loaded', async () => {
    for (const input of [null, '', '  \n']) {
      const { io, stderr, opened } = capturedIo({}, { input });
      expect(await runCli(['predict'], io)).toBe(2);
      expect(stderr()).toContain('There is nothing to answer');
      expect(opened).toEqual([]);
    }
  });

  it('takes file names relative to the folder it was called in and derives the output', async () => {
    const asked: PredictFileOptions[] = [];
    const predictFile = async (options: PredictFileOptions) => {
      asked.push(options);
      return { outputFile: options.outputFile, rows: 3, resumed: 1, failures: 0, unusable: 0, seconds: 2 };
    };
    const { io, stdout } = capturedIo({ predictFile }, { currentDir: '/home/me' });
    expect(await runCli(['predict', '--file', 'rows.jsonl', '--workspace', 'triage'], io)).toBe(0);
    expect(asked).toEqual([{ inputFile: '/home/me/rows.jsonl', outputFile: '/home/me/rows.answers.jsonl' }]);
    expect(stdout()).toContain('3 answers in 2.0 s; 1 row of an earlier run kept');
  });

  it('ends with 6 when a model did not answer, and with 4 when rows are no inputs', async () => {
    const ending = async (failures: number, unusable: number) => {
      const predictFile = async ({ outputFile }: PredictFileOptions) => ({
        outputFile,
        rows: 3,
        resumed: 0,
        failures,
        unusable,
        seconds: 2,
      });
      const { io, stdout } = capturedIo({ predictFile });
      const code = await runCli(['predict', '--file', 'rows.jsonl'], io);
      expect(stdout()).toContain('1 row failed');
      return code;
    };
    expect(await ending(1, 0)).toBe(6);
    expect(await ending(1, 1)).toBe(4);
  });

  it('refuses a text together with a file', async () => {
    const { io } = capturedIo();
    expect(await runCli(['predict', 'text', '--file', 'rows.jsonl'], io)).toBe(2);
  });

  it('never lets an answer steer the terminal', async () => {
    const { io, stdout } = capturedIo({
      predict: async () => ({ ...prediction, text: 'a\u001b[2Jb\u0007' }),
    });
    await runCli(['predict', 'x'], io);
    expect(stdout().split('\n')[0]).toBe('a [2Jb ');
  });
});
