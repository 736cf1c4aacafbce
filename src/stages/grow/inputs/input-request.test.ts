import { describe, expect, it } from 'vitest';
import { task, train } from '../fixtures/generating.ts';
import { planInputRequests } from './input-request.ts';
import { parseInputs } from './parse-inputs.ts';

describe('a plan of requests', () => {
  it('begins like a shorter one, and asks for exactly as many inputs as are wanted', () => {
    const plan = (rows: number) =>
      planInputRequests({ task, train, passages: [], rows, perRequest: 3, seedsPerRequest: 2, seed: 7 });
    expect(plan(20).slice(0, 3)).toEqual(plan(9));
    expect(plan(20).reduce((sum, { count }) => sum + count, 0)).toBe(20);
  });
});

describe('the answer to a request for inputs', () => {
  it('is read as a list or an object, of texts or of objects with one text', () => {
    expect(parseInputs('["a", {"text": "b"}, 3, ""]', 'stop')).toEqual({ inputs: ['a', 'b'] });
    expect(parseInputs('{"inputs": []}', 'stop')).toEqual({ inputs: [] });
    expect(parseInputs('', 'filter')).toMatchObject({ code: 'teacher-refused' });
  });
});
