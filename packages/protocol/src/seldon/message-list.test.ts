import { expect, test } from 'vitest';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import { bytes } from '../test/plain.ts';
import { decodeMessageListJson, decodeMessageListProto, encodeMessageListJson, encodeMessageListProto } from './message-list.ts';

const one = '{"strData":"a, ]"}';
const two = '{"data":{"ndarray":[[1.0]]}}';

test('a list, and a bare array, are their messages, each as it was written', () => {
  for (const text of [`{"seldonMessages": [${one} , ${two}]}`, ` [${one},${two}]`]) {
    const messages = decodeMessageListJson(bytes(text));
    expect(messages.map(({ wire }) => Buffer.from(wire?.body ?? []).toString())).toEqual([one, two]);
    expect(messages.map(({ payload }) => payload.kind)).toEqual(['text', 'tensors']);
    expect(encodeMessageListJson(messages).toString()).toBe(`{"seldonMessages":[${one},${two}]}`);
  }
});

test('a list without messages is empty', () => {
  for (const text of ['{}', '[]', '{"seldonMessages":[]}']) expect(decodeMessageListJson(bytes(text))).toEqual([]);
  expect(encodeMessageListJson([]).toString()).toBe('{"seldonMessages":[]}');
});

test('what is neither is refused', () => {
  expect(() => decodeMessageListJson(bytes('"a"'))).toThrow('where "{" was expected');
  expect(() => decodeMessageListJson(bytes('{"seldonMessages":1}'))).toThrow('where "[" was expected');
});

test("a list of Google's protobuf is read, and written to the very bytes", () => {
  const messages = decodeMessageListProto(Buffer.from(vectors.message_list, 'hex'));
  expect(messages.map(({ payload }) => payload.kind)).toEqual(['tensors', 'json']);
  expect(encodeMessageListProto(messages).toString('hex')).toBe(vectors.message_list);
});

test('messages of JSON go on as protobuf', () => {
  const messages = decodeMessageListProto(encodeMessageListProto(decodeMessageListJson(bytes(`[${two},${one}]`))));
  expect(messages.map(({ payload }) => payload.kind)).toEqual(['tensors', 'text']);
});
