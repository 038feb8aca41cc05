import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import type { Feedback, Message } from '../call.ts';
import { content, meta } from '../test/arbitraries.ts';
import { bytes, plain } from '../test/plain.ts';
import { decodeFeedbackJson, decodeFeedbackProto, encodeFeedbackJson, encodeFeedbackProto } from './feedback.ts';

const decode = (text: string): Feedback => decodeFeedbackJson(bytes(text));
const anyMessage = fc.tuple(meta, content).map(([meta, { encoding, payload }]): Message => ({ meta, encoding, payload }));
const anyFeedback = fc
  .record(
    { request: anyMessage, response: anyMessage, truth: anyMessage, reward: fc.float({ min: 0, noNaN: true, noDefaultInfinity: true }) },
    { requiredKeys: ['reward'] },
  )
  .map((feedback) => ({ ...feedback, reward: feedback.reward === 0 ? 0 : feedback.reward }) as Feedback);

test('any feedback comes back as it was, in JSON and in protobuf', () => {
  fc.assert(
    fc.property(anyFeedback, (feedback) => {
      const ways = [decodeFeedbackJson(encodeFeedbackJson(feedback)), decodeFeedbackProto(encodeFeedbackProto(feedback))];
      for (const back of ways) {
        expect(Object.keys(back).toSorted()).toEqual(Object.keys(feedback).toSorted());
        expect(back.reward).toBe(feedback.reward);
        for (const part of ['request', 'response', 'truth'] as const) {
          const sent = feedback[part];
          if (!sent) continue;
          expect(plain(back[part]?.payload ?? { kind: 'empty' })).toEqual(plain(sent.payload));
          expect(back[part]?.meta).toMatchObject(sent.meta);
        }
      }
    }),
  );
});

test('a feedback of JSON goes on as protobuf, also where its response has only meta', () => {
  const came = decode('{"request":{"data":{"ndarray":[[1]]}},"response":{"meta":{"routing":{"eg-router":1}}},"reward":0.5}');
  const back = decodeFeedbackProto(encodeFeedbackProto(came));
  expect(back.response?.meta.routing).toEqual({ 'eg-router': 1 });
  expect(back.response?.payload).toEqual({ kind: 'empty' });
  expect(back.request?.payload).toMatchObject({ tensors: [{ data: Float64Array.of(1) }] });
});

test("a feedback of Google's protobuf is read, and written to the very bytes", () => {
  const feedback = decodeFeedbackProto(Buffer.from(vectors.feedback, 'hex'));
  expect(feedback.reward).toBe(0.5);
  expect(feedback.response?.meta.routing).toEqual({ 'eg-router': 1 });
  expect(feedback.truth).toBeUndefined();
  expect(encodeFeedbackProto(feedback).toString('hex')).toBe(vectors.feedback);
});

describe('the reward', () => {
  test('is 0 where there is none, and any finite number from 0 on', () => {
    expect(decode('{}').reward).toBe(0);
    expect(decode('{"reward":null}').reward).toBe(0);
    expect(decode('{"reward":0}').reward).toBe(0);
    expect(decode('{"reward":0.1}').reward).toBe(0.1);
    expect(decodeFeedbackProto(new Uint8Array(0)).reward).toBe(0);
  });

  test.each([
    ['-1', 'reward is -1; it must be a finite number ≥ 0'],
    ['1e999', 'reward is Infinity'],
    ['"1"', 'reward is "1"'],
    ['true', 'reward is true'],
    ['[1]', 'reward is a list'],
    ['NaN', 'reward is not valid JSON: NaN at position 0'],
  ])('%s is refused by name', (reward, message) => {
    expect(() => decode(`{"reward":${reward}}`)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
    );
  });

  test('over protobuf and on its way out it is held to the same', () => {
    const bad = Buffer.from([0x1d, ...Buffer.from(Float32Array.of(NaN).buffer)]);
    expect(() => decodeFeedbackProto(bad)).toThrow('reward is NaN');
    expect(() => encodeFeedbackJson({ reward: Infinity })).toThrow('reward is Infinity');
  });
});

test('a null message is none; what is no object is refused', () => {
  expect(decode('{"request":null,"truth":null}')).toEqual({ reward: 0 });
  expect(() => decode('[]')).toThrow('"[" at position 0, where "{" was expected');
});
