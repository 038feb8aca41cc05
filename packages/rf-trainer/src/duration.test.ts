import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  [0.04, '0.0 seconds'],
  [61, '61 seconds'],
  [600, '10 minutes'],
  [7200, '2 hours'],
  [4e6, '46 days'],
])('%d seconds are %s', (seconds, words) => expect(duration(seconds)).toBe(words));
