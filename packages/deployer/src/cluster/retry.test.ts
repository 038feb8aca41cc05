import { ApiException } from '@kubernetes/client-node';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPassing, waitAfter, withRetries } from './retry.ts';

const answer = (code: number, status: object = {}) => new ApiException(code, 'failed', JSON.stringify(status), {});
const refused = new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) });
const quick = { attempts: 4, firstMs: 1, longestMs: 2 };

test.each([
  [answer(429), true],
  [answer(500), true],
  [answer(503), true],
  [refused, true],
  [answer(403), false],
  [answer(404), false],
  [answer(409), false],
  [answer(500, { message: 'failed to create typed patch object: .spec.x' }), false],
  [new TypeError('fetch failed', { cause: Object.assign(new Error(''), { code: 'ENOTFOUND' }) }), false],
  [new RangeError('ours'), false],
])('whether the same call may succeed later: case %#', (error, passing) => {
  expect(isPassing(error)).toBe(passing);
});

test('a call that fails for a while is made until it succeeds', async () => {
  let calls = 0;
  const result = await withRetries(async () => {
    if (++calls < 3) throw refused;
    return 'done';
  }, quick);
  expect([result, calls]).toEqual(['done', 3]);
});

test('a call is made no more often than said, and its last error is thrown', async () => {
  let calls = 0;
  const call = async (): Promise<never> => {
    calls++;
    throw answer(503);
  };
  await expect(withRetries(call, quick)).rejects.toMatchObject({ code: 503 });
  expect(calls).toBe(4);
});

test('what cannot succeed is tried once', async () => {
  let calls = 0;
  const call = async (): Promise<never> => {
    calls++;
    throw answer(403);
  };
  await expect(withRetries(call, quick)).rejects.toMatchObject({ code: 403 });
  expect(calls).toBe(1);
});

test('waits grow, stay within the longest, and are never shorter than the server asks for', () => {
  const options = { attempts: 9, firstMs: 200, longestMs: 5000 };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = waitAfter(attempt, refused, options, () => random);
      expect(wait).toBeLessThanOrEqual(5000);
      expect(wait).toBeGreaterThanOrEqual(Math.min(5000, 200 * 2 ** (attempt - 1)) / 2);
    }),
  );
  expect(waitAfter(1, answer(429, { details: { retryAfterSeconds: 7 } }), options)).toBe(7000);
});
