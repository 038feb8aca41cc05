import type { ArrayFile } from './array.ts';
import { parseNpy } from './npy.ts';
import { findRoles } from './roles.ts';
import { tableOfArrays, type Tables } from './table.ts';
import { readZip } from './zip.ts';

/** The arrays of an NPZ archive by name; each is unpacked when it is called for. @throws DatasetError */
export function readNpz(bytes: Uint8Array, file: string): Map<string, () => ArrayFile> {
  const arrays = readZip(bytes, file).filter((entry) => entry.name.endsWith('.npy'));
  return new Map(arrays.map(({ name, read }) => [name.slice(0, -'.npy'.length), () => parseNpy(read(), `${file}/${name}`)]));
}

/** Features and labels out of one archive: `x_train`, `y_train`, `x_test`, `y_test`, or `X` and `y`, and the like. @throws DatasetError */
export function readNpzTables(bytes: Uint8Array, file: string): Tables {
  const { train, test } = findRoles(readNpz(bytes, file), file);
  return {
    train: tableOfArrays(train.features(), train.labels()),
    ...(test && { test: tableOfArrays(test.features(), test.labels()) }),
  };
}
