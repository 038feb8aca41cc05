import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DatasetError } from '../error.ts';
import { folderOf } from '../testing/folder.ts';
import { openMatrix } from './matrix.ts';

test('rows are read across files, from wherever their features begin', async () => {
  const floats = Float32Array.from({ length: 20 }, (_, at) => at + 0.5);
  const [first, second] = [new Uint8Array(floats.buffer, 0, 48), new Uint8Array(floats.buffer, 48)];
  const folder = await folderOf({ a: Buffer.concat([Buffer.alloc(3), first]), b: second });
  const common = { width: 4, type: 'f4' } as const;
  const matrix = await openMatrix([
    { ...common, path: join(folder, 'a'), start: 3, rows: 3 },
    { ...common, path: join(folder, 'b'), start: 0, rows: 2 },
  ]);
  expect(matrix.rows).toBe(5);
  const features = new Float32Array(16).fill(-1);
  await matrix.read(2, 2, features, 1);
  expect(features).toEqual(Float32Array.of(-1, -1, -1, -1, ...floats.subarray(8, 16), -1, -1, -1, -1));
  await matrix.read(0, 4, features, 0);
  expect(features).toEqual(floats.slice(0, 16));
  await matrix.close();
});

test('a file that became shorter, or is none, is named', async () => {
  const folder = await folderOf({ a: new Uint8Array(100) });
  const file = { path: join(folder, 'a'), start: 0, rows: 10, width: 10, type: 'u1' } as const;
  const matrix = await openMatrix([file]);
  await truncate(file.path, 35);
  const error: unknown = await matrix.read(2, 3, new Uint8Array(30), 0).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DatasetError);
  expect(String(error)).toContain(`${file.path}: byte 35: the file ends here; it had 15 more bytes when it was opened`);
  await matrix.close();
  await writeFile(file.path, '');
  await expect(openMatrix([file, { ...file, path: join(folder, 'b') }])).rejects.toThrow('there is no such file or folder');
});
