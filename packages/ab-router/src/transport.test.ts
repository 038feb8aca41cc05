import { expect, test } from 'vitest';
import { callOf } from './test/graph.ts';
import { forwardedHeaders } from './transport.ts';
import { openAccess } from './unit-access.ts';

test('headers go on but for those of the connection; the id goes along', () => {
  const headers = { traceparent: '00-1', host: 'a', 'content-length': '7' };
  expect(forwardedHeaders(callOf({}, { headers }), openAccess)).toEqual({ traceparent: '00-1', 'seldon-puid': 'puid-1' });
});

test.each(['\u0000', 'a\r\nx: y', '💐', '', 'x'.repeat(300)])('an id that no header can hold, %j, is left to the message', (id) => {
  expect(forwardedHeaders(callOf({}, { id }), openAccess)).toEqual({});
});
