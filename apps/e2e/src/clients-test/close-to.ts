import { expect } from 'vitest';

/** The same numbers but for the last digits of a float32. */
export function closeTo(actual: unknown, expected: readonly (readonly number[])[]): void {
  expect(actual).toEqual(expected.map((row) => row.map((value) => expect.closeTo(value, 6) as number)));
}
