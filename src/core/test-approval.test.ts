import { expect, test } from 'vitest';
import { type ApprovalEntry, approvalFinding, standingApproval } from './test-approval.ts';

const testHash = 'a'.repeat(64);
const entry = (changes: Partial<ApprovalEntry> = {}): ApprovalEntry => ({
  schemaVersion: 1,
  action: 'approve',
  testHash,
  datasetHash: 'd'.repeat(64),
  rows: 1_240,
  by: 'Ada',
  at: '2026-11-28T08:00:00.000Z',
  note: null,
  incumbent: null,
  ...changes,
});

test('the last word about a test set holds', () => {
  expect(standingApproval([], testHash)).toBeNull();
  expect(standingApproval([entry(), entry({ by: 'Grace' })], testHash)?.by).toBe('Grace');
  expect(standingApproval([entry(), entry({ action: 'revoke' })], testHash)).toBeNull();
  expect(standingApproval([entry({ action: 'revoke' }), entry()], testHash)?.by).toBe('Ada');
});

test('an approval is for one test set: what was said about other rows neither gives nor takes it', () => {
  const other = 'b'.repeat(64);
  expect(standingApproval([entry({ testHash: other })], testHash)).toBeNull();
  expect(standingApproval([entry(), entry({ testHash: other, action: 'revoke' })], testHash)).not.toBeNull();
});

test('an evaluation says by whom and when, or that nobody did', () => {
  expect(approvalFinding(null)).toMatchObject({ code: 'test-set-not-approved' });
  const { code, text } = approvalFinding(entry({ note: 'read all' }));
  expect(code).toBe('test-set-approved');
  expect(text).toBe('The 1,240 test rows were approved by Ada on 2026-11-28. Note: read all');
});
