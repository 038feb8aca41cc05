import { expect, test } from 'vitest';
import { bytes, message } from '../test/plain.ts';
import { decodeSeldonJson, encodeSeldonJson } from './json.ts';
import { decodeSeldonProto, encodeSeldonProto } from './proto.ts';
import { decodeRoute, routeMessage } from './route.ts';

const decode = (text: string): number => decodeRoute(decodeSeldonJson(bytes(text)));

test.each([
  ['{"data":{"ndarray":[[1]]}}', 1],
  ['{"data":{"ndarray":[-2]}}', -2],
  ['{"data":{"tensor":{"shape":[1,1],"values":[2.0]}}}', 2],
  [' [-1]', -1],
  ['[[0]]', 0],
  ['{"jsonData":3}', 3],
])('%s is %i', (text, route) => {
  expect(decode(text)).toBe(route);
});

test.each([
  ['{"data":{"ndarray":[[0.5]]}}', "the router's answer is 0.5; it must be one whole number ≥ −2"],
  ['{"data":{"ndarray":[[-3]]}}', 'is -3'],
  ['{"data":{"ndarray":[[0,1]]}}', 'is 2 values'],
  ['{"data":{"ndarray":[]}}', 'is 0 values'],
  ['{"strData":"1"}', 'is 0 values'],
  ['["1"]', 'is 1; it must'],
  ['[1', "the router's answer cannot be read: the body is not valid JSON: it ends too early"],
  ['{"data":1}', 'cannot be read: data is 1, not an object'],
])('%s is the fault of the router', (text, error) => {
  expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining(error) }));
});

test.each([-2, -1, 0, 1, 7])('a route of %i comes back over either wire', (route) => {
  const answer = routeMessage(route);
  expect(decodeRoute(answer)).toBe(route);
  expect(decodeRoute(decodeSeldonJson(encodeSeldonJson(answer)))).toBe(route);
  expect(decodeRoute(decodeSeldonProto(encodeSeldonProto(answer)))).toBe(route);
  expect(encodeSeldonJson(answer).toString()).toContain(`"data":{"names":[],"ndarray":[[${route}]]}`);
});

test('an answer without data is no route', () => {
  expect(() => decodeRoute(message({ kind: 'empty' }))).toThrow('is 0 values');
});
