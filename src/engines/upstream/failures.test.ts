import { expect, it } from 'vitest';
import { statusFailure } from './failures.ts';

const said = (body: object | string) =>
  statusFailure('a', 422, typeof body === 'string' ? body : JSON.stringify(body), 'sk-secret', null);

it.each([
  ['OpenAI', { error: { message: 'too long', type: 'invalid_request_error' } }],
  ['a text as the error', { error: 'too long' }],
  ['older vLLM', { object: 'error', message: 'too long', type: 'BadRequestError', param: null, code: 400 }],
  ['FastAPI with a text', { detail: 'too long' }],
])('repeats what a server says of a request, in the form of %s', (_, body) => {
  expect(said(body)).toMatchObject({ code: 'upstream-rejected', message: 'too long' });
});

it('repeats of FastAPI’s list and of Mistral’s what is wrong and where, not the input', () => {
  const detail = [
    { type: 'extra_forbidden', loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted', input: 'mine' },
    { loc: ['body', 'n'], msg: 'sk-secret is no number' },
  ];
  for (const body of [{ detail }, { object: 'error', message: { detail } }]) {
    expect(said(body).message).toBe(
      'body.top_k: Extra inputs are not permitted; body.n: [secret] is no number',
    );
  }
});

it('says that it was rejected where nobody says why', () => {
  for (const body of ['<html>', '[]', 'null', { error: null }, { detail: [{}] }, { error: { code: 1 } }]) {
    expect(said(body).message).toBe('a rejected the request (422)');
  }
});
