import { expect, test } from 'vitest';
import { watch, type Best } from './early-stopping.ts';

const after = (monitor: 'loss' | 'accuracy', ...values: number[]): Best | undefined =>
  values.reduce<Best | undefined>(
    (best, value, at) => watch(best, monitor, { step: 10 * (at + 1), loss: value, accuracy: value }),
    undefined,
  );

test('the best loss is the least, the best accuracy the greatest; equal ones are no better', () => {
  expect(after('loss', 3, 1, 2, 1)).toEqual({ value: 1, step: 20, waited: 2 });
  expect(after('accuracy', 0.3, 0.9, 0.9, 0.2)).toEqual({ value: 0.9, step: 20, waited: 2 });
  expect(after('loss', 3, 2, 1)).toEqual({ value: 1, step: 30, waited: 0 });
});
