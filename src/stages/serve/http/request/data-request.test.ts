import { expect, it } from 'vitest';
import { DataRequest } from './data-request.ts';

function headersFor(keyId: string | null, headers: Record<string, string>) {
  const request = new DataRequest('chat/completions', headers, 60_000);
  request.finish();
  return request.toServeRequest(keyId).headers!;
}

it('passes on no header but those that servers may see', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(headersFor('a', { traceparent, cookie: 'c', authorization: 'Bearer b', 'x-own': 'o' })).toEqual({
    traceparent,
  });
});

it('keeps the idempotency keys of different clients apart, and that of one as it is', () => {
  const sent = { 'idempotency-key': 'order-1' };
  const [one, again, other] = ['a', 'a', 'b'].map(keyId => headersFor(keyId, sent)['idempotency-key']);
  expect(one).toBe(again);
  expect(one).not.toBe(other);
  // Without keys there is one client.
  expect(headersFor(null, sent)).toEqual(sent);
});
