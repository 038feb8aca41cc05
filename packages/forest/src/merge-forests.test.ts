import { expect, test } from 'vitest';
import { encodeForest } from './encode.ts';
import { mergeForests } from './merge-forests.ts';
import { randomForest } from './test/random-forest.ts';

test('mergeForests gives the bytes of the whole', () => {
  const whole = randomForest(3, { trees: 7 });
  const part = (from: number, to: number) => ({ ...whole, trees: whole.trees.slice(from, to) });
  expect(encodeForest(mergeForests([part(0, 2), part(2, 3), part(3, 7)]))).toEqual(encodeForest(whole));
});

test('mergeForests refuses forests of several kinds', () => {
  expect(() => mergeForests([])).toThrow('no forests');
  expect(() => mergeForests([randomForest(1), randomForest(1, { classes: 3 })])).toThrow('forest 1 has classes 3, but the first 4');
  const boosted = randomForest(1, { aggregate: 'sum' });
  expect(() => mergeForests([boosted, { ...boosted, base: new Float64Array(4) }])).toThrow('another base');
});
