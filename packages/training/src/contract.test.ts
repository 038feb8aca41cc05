import { expect, test } from 'vitest';
import { inputContract, outputSpec } from './contract.ts';

test('pixels travel as 0..1, and the scaling brings them back', () => {
  expect(inputContract({ shape: [28, 28], domain: { min: 0, max: 255 } })).toEqual({
    spec: { name: 'x', datatype: 'FP32', shape: [-1, 784], range: { min: 0, max: 1 } },
    scaling: { scale: 255, offset: 0 },
  });
});

test('the scaling of any domain takes 0 and 1 to its ends', () => {
  const { scaling } = inputContract({ shape: [2], domain: { min: -3, max: 5 } });
  const { scale, offset } = scaling as { scale: number; offset: number };
  expect([0, 1].map((sent) => sent * scale + offset)).toEqual([-3, 5]);
});

test('a table travels as it is, under the names of its columns', () => {
  expect(inputContract({ shape: [2], columnNames: ['height', 'width'] })).toEqual({
    spec: { name: 'x', datatype: 'FP32', shape: [-1, 2], columns: ['height', 'width'] },
  });
});

test('a class that is a number is called class:n, another by its name', () => {
  expect(outputSpec(['0', '12', 'iris-setosa', '3b'])).toEqual({
    name: 'probabilities',
    datatype: 'FP32',
    shape: [-1, 4],
    columns: ['class:0', 'class:12', 'iris-setosa', '3b'],
  });
});
