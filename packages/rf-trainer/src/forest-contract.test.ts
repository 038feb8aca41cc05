import { createDataset } from '@switchyard/dataset';
import { expect, test } from 'vitest';
import { forestContract } from './forest-contract.ts';

const rest = { name: 'any', rows: 1, shape: [2], labels: Uint8Array.of(0), classNames: ['0', 'one'] };

test('pixels travel as floats of 0..1 and are scaled to the bytes that the forest was trained on', () => {
  const contract = forestContract(createDataset({ ...rest, features: Uint8Array.of(0, 255), domain: { min: 0, max: 255 } }));
  expect(contract).toEqual({
    signature: {
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2], range: { min: 0, max: 1 } }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2], columns: ['class:0', 'one'] }],
    },
    scaling: { scale: 255, offset: 0 },
  });
});

test('a table of doubles travels as doubles, unscaled', () => {
  const { signature, scaling } = forestContract(createDataset({ ...rest, features: Float64Array.of(0.5, 2), columnNames: ['a', 'b'] }));
  expect(signature.inputs).toEqual([{ name: 'x', datatype: 'FP64', shape: [-1, 2], columns: ['a', 'b'] }]);
  expect(scaling).toBeUndefined();
});

test('a regression answers one double a row, named as what it predicts', () => {
  const measured = { ...rest, labels: Uint8Array.of(0), classNames: ['price'], targets: Float64Array.of(7) };
  expect(forestContract(createDataset({ ...measured, features: Uint8Array.of(1, 2) })).signature.outputs).toEqual([
    { name: 'value', datatype: 'FP64', shape: [-1, 1], columns: ['price'] },
  ]);
});
