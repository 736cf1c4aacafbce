import { describe, expect, it } from 'vitest';
import type { ApprovalView, SignedRequest } from '../../../app/review/views.ts';
import { capturedIo } from '../../fixtures/fake-app.ts';
import { runCli } from '../../run-cli.ts';

const view: ApprovalView = {
  testHash: 'a'.repeat(64),
  datasetHash: 'd'.repeat(64),
  rows: 4,
  approval: null,
  history: [],
  incumbent: null,
  incumbentConfigured: false,
};

describe('data approve', () => {
  it('approves by name with a note, and prints one object', async () => {
    const requests: SignedRequest[] = [];
    const { io, stdout } = capturedIo({
      approveTestSet: async request => {
        requests.push(request);
        return view;
      },
    });
    const argv = ['data', 'approve', '--by', ' Ada  Lovelace ', '--note', 'read all', '--json'];
    expect(await runCli(argv, io)).toBe(0);
    expect(requests).toEqual([{ by: 'Ada Lovelace', note: 'read all' }]);
    expect(JSON.parse(stdout())).toEqual(view);
  });

  it('shows no rows unless asked', async () => {
    const asked: unknown[] = [];
    const showApproval = async (options: { rows: number; from: number }) => {
      asked.push(options);
      return { ...view, from: options.from, examples: [] };
    };
    expect(await runCli(['data', 'approve'], capturedIo({ showApproval }).io)).toBe(0);
    expect(await runCli(['data', 'approve', '--show', '--rows', '3'], capturedIo({ showApproval }).io)).toBe(
      0,
    );
    expect(asked).toEqual([
      { rows: 0, from: 1 },
      { rows: 3, from: 1 },
    ]);
  });

  it.each([
    [['--show', '--by', 'Ada'], 'only shows'],
    [['--revoke'], 'the name of a person'],
    [['--by', '  '], 'is empty'],
  ])('refuses %j with exit code 2', async (flags, said) => {
    const { io, stderr, opened } = capturedIo();
    expect(await runCli(['data', 'approve', ...flags], io)).toBe(2);
    expect(stderr().replace(/\s+/g, ' ')).toContain(said);
    expect(opened).toEqual([]);
  });
});
