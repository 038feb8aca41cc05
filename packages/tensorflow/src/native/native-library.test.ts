import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deepFaultOf, faultOf, libraryFolder, lockOf, writeRecord } from './native-library.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'library-'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib/one'), 'one');
  writeFileSync(join(folder, 'lib/two'), 'two');
  await writeRecord(folder, 'parts', 'here');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a library as its set-up left it has no fault', async () => {
  expect(faultOf(folder)).toBeUndefined();
  expect(await deepFaultOf(folder, 'parts')).toBeUndefined();
});

test('a file that is cut or gone is seen at each start', () => {
  truncateSync(join(folder, 'lib/one'), 2);
  expect(faultOf(folder)).toBe(`is damaged: ${folder}/lib/one has 2 bytes, not 3`);
  rmSync(join(folder, 'lib/one'));
  expect(faultOf(folder)).toBe(`is damaged: ${folder}/lib/one is missing`);
});

test('a byte that changed is seen by the set-up, as is a library of other parts', async () => {
  writeFileSync(join(folder, 'lib/two'), 'twO');
  expect(await deepFaultOf(folder, 'parts')).toBe(`is damaged: ${folder}/lib/two has another digest`);
  expect(await deepFaultOf(folder, 'others')).toBe('is of other parts');
});

test('a record that cannot be read counts as none, and a lock beside the folder as a set-up under way', async () => {
  writeFileSync(join(folder, 'library.json'), '{ "par');
  expect(faultOf(folder)).toBe('is not set up');
  expect(await deepFaultOf(folder, 'parts')).toBe('is not set up');
  writeFileSync(lockOf(folder), '');
  expect(faultOf(folder)).toBe('is being set up');
  rmSync(lockOf(folder));
});

test('the library is in the cache of the user, unless variables say otherwise', () => {
  const name = `tfjs-node-4.22.0-${process.platform}-${process.arch}`;
  expect(libraryFolder({ XDG_CACHE_HOME: '/c' })).toBe(`/c/switchyard/tensorflow/${name}`);
  expect(libraryFolder({ SWITCHYARD_TENSORFLOW_CACHE: '/t', XDG_CACHE_HOME: '/c' })).toBe(`/t/${name}`);
  expect(libraryFolder({ SWITCHYARD_TENSORFLOW_LIBRARY: '/l', SWITCHYARD_TENSORFLOW_CACHE: '/t' })).toBe('/l');
});
