import { expect, test } from 'vitest';
import { workPlace } from './work-place.ts';

test('a store that is a folder has a place for unfinished work, an address has none', () => {
  expect(workPlace('./models', '.trainings')).toBe('models/.trainings');
  expect(workPlace('file:///data/models', '.trainings')).toBe('/data/models/.trainings');
  expect(workPlace('s3://bucket/models', '.trainings')).toBeUndefined();
});
