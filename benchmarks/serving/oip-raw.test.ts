import { expect, it } from 'vitest';
import { decodeOipProto } from '@switchyard/protocol';
import { oipRaw } from './oip-raw.ts';

it('writes what the codec reads', () => {
  const data = Float32Array.from({ length: 400 }, (_, index) => index / 7);
  const { modelName, message } = decodeOipProto(oipRaw('m', 2, data));
  expect(modelName).toBe('m');
  expect(message.payload).toMatchObject({ tensors: [{ name: 'x', datatype: 'FP32', shape: [2, 200], data }] });
});
