import { expect, test } from 'vitest';
import type { Capture } from '../../../../core/capture.ts';
import { createScreen } from '../../screen.ts';
import { capturesScreen } from './captures.ts';

const capture: Capture = {
  id: 'id-1',
  at: 0,
  alias: 'made up\n\u001b[31m by a client',
  endpoint: '/v1/chat/completions',
  route: 'none',
  reason: null,
  keyId: null,
  status: 404,
  errorCode: 'model-not-found',
  messages: null,
  answer: null,
  cutOff: false,
  localAnswer: null,
  largeAnswer: null,
  confidence: null,
  servedBy: null,
  stream: false,
  latencyMs: 1,
  firstTokenMs: null,
  promptTokens: null,
  completionTokens: null,
  cachedTokens: null,
  costUsd: null,
};

test('a capture takes one line of the list, whatever a client called the model', () => {
  const screen = createScreen({ columns: 120, colour: false });
  const list = { total: 1, bytes: 100, captures: [{ capture, feedback: [] }] };
  const lines = capturesScreen(screen, list).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('made up [31m by a client');
  // Imported without a time.
  expect(lines[1]).toContain(' unknown ');
  expect(lines[1]).not.toContain('1970');
});
