import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { objectName } from './names.ts';

test('parts are joined by dashes', () => {
  expect(objectName('mnist-classifier', 'default')).toBe('mnist-classifier-default');
});

test('what is too long or no name is cut, changed and told apart by a hash', () => {
  expect(objectName('mnist', 'My Model')).toMatch(/^mnist-my-model-[0-9a-f]{8}$/);
  const long = objectName('a'.repeat(63), 'b'.repeat(63));
  expect(long).toMatch(/^a{54}-[0-9a-f]{8}$/);
  expect(objectName('a'.repeat(63), 'c'.repeat(63))).not.toBe(long);
});

test('any names make a name that a Service may have, and different ones different names', () => {
  assert(
    property(string(), string(), (a, b) => {
      const name = objectName('m', a);
      expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(objectName('m', b) === name).toBe(a === b);
    }),
  );
});
