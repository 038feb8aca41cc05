import { totalmem } from 'node:os';
import { expect, test } from 'vitest';
import { dataMemory } from './memory.ts';

const none = { memoryMb: undefined, shuffleMb: undefined };

test('rows may take a quarter of what the process may use, and are shuffled in 64 MiB of it where that is enough', () => {
  expect(dataMemory(none, 2 ** 30)).toEqual({ memoryMb: 256, memoryBytes: 2 ** 28, shuffleMb: 64, shuffleBytes: 2 ** 26 });
  expect(dataMemory(none, 2 ** 27)).toMatchObject({ memoryMb: 32, shuffleMb: 32 });
  expect(dataMemory(none).memoryBytes).toBeLessThanOrEqual(totalmem() / 4);
  expect(dataMemory(none).memoryBytes).toBeGreaterThan(0);
});

test('what is given counts', () => {
  expect(dataMemory({ memoryMb: 20, shuffleMb: undefined })).toMatchObject({ memoryMb: 20, shuffleMb: 20 });
  expect(dataMemory({ memoryMb: 0, shuffleMb: undefined })).toMatchObject({ memoryBytes: 0, shuffleMb: 1 });
  expect(dataMemory({ memoryMb: 20, shuffleMb: 300 })).toMatchObject({ memoryMb: 20, shuffleBytes: 300 * 2 ** 20 });
});
