import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { announce, fence, moveLatest, pointLatest } from './latest.ts';
import { temporaryFolder } from './test/folder.ts';
import { readLatest } from './versions.ts';

test('a publisher that was overtaken between its claim and its move leaves latest to the later version', async () => {
  const folder = temporaryFolder();
  const ninth = await announce(folder, '9');
  const tenth = await announce(folder, '10'); // 9 was claimed before
  await fence(folder, '10');
  await moveLatest(folder, tenth);
  await fence(folder, '9');
  await moveLatest(folder, ninth);
  expect(await readLatest(folder)).toBe('10');
  expect(readdirSync(folder)).toEqual(['latest']);
});

test('one that is late, but not overtaken, still moves it', async () => {
  const folder = temporaryFolder();
  const ninth = await announce(folder, '9');
  const tenth = await announce(folder, '10');
  await moveLatest(folder, ninth);
  expect(await readLatest(folder)).toBe('9');
  await fence(folder, '9');
  await moveLatest(folder, tenth);
  expect(await readLatest(folder)).toBe('10');
});

test('who points it back means it: no fence stops that', async () => {
  const folder = temporaryFolder();
  await moveLatest(folder, await announce(folder, '9'));
  await fence(folder, '10');
  await pointLatest(folder, '3');
  expect(await readLatest(folder)).toBe('3');
});
