import { describe, expect, it } from 'vitest';
import type { AuditOptions } from '../../../app/audit/views.ts';
import type { FlaggedRowsOptions } from '../../../app/review/views.ts';
import { exampleAudit } from '../../../core/fixtures/audit.ts';
import { capturedIo } from '../../fixtures/fake-app.ts';
import { runCli } from '../../run-cli.ts';

async function run(...argv: string[]) {
  const asked: AuditOptions[] = [];
  const reviewed: FlaggedRowsOptions[] = [];
  const { io, stdout, stderr } = capturedIo(
    {
      auditData: async options => {
        asked.push(options);
        return exampleAudit();
      },
      flaggedRows: async options => {
        reviewed.push(options);
        return { open: [], decided: 0, labels: null };
      },
    },
    { currentDir: '/home/me' },
  );
  const code = await runCli(['data', ...argv], io);
  return { code, asked, reviewed, stdout: stdout(), stderr: stderr() };
}

describe('who judges labels', () => {
  it('is the linear model alone unless another is named', async () => {
    expect((await run('audit', 'rows.jsonl')).asked).toEqual([{ file: '/home/me/rows.jsonl', others: [] }]);
  });

  it('is the newest specialist of the workspace too with --with specialist', async () => {
    const { code, asked } = await run('audit', '--with', 'specialist');
    expect(code).toBe(0);
    expect(asked).toEqual([{ others: [], specialist: { dir: null } }]);
  });

  it('is the specialist of a folder, named relative to where the command was typed', async () => {
    const expected = { specialist: { dir: '/home/me/spec' } };
    expect((await run('audit', '--specialist', 'spec')).asked).toMatchObject([expected]);
    expect((await run('review', '--json', '--specialist', 'spec')).reviewed).toEqual([expected]);
  });

  it('is settled already in a saved audit', async () => {
    const { code, reviewed, stderr } = await run('review', '--audit', 'audit.json', '--with', 'specialist');
    expect(code).toBe(2);
    expect(reviewed).toEqual([]);
    expect(stderr).toContain('--audit');
  });

  it('can be a specialist and nothing else', async () => {
    expect((await run('audit', '--with', 'oracle')).code).toBe(2);
  });
});
