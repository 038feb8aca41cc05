import { expect, test } from 'vitest';
import { speedometer } from './speed.ts';

test('the speed is that of all steps so far, and what is left is told in the units that people use', () => {
  let clock = 0;
  const tell = speedometer(() => clock);
  clock = 500;
  expect(tell(100, 8)).toBe('200 samples/s, 4 s left');
  clock = 1000;
  expect(tell(50, 130)).toBe('150 samples/s, 1 min 5 s left');
  clock = 3000;
  expect(tell(150, 4000)).toBe('100 samples/s, 1 h 6 min left');
});
