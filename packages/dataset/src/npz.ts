import type { ArrayFile } from './array.ts';
import { DatasetError } from './error.ts';
import { parseNpy } from './npy.ts';
import { findRoles } from './roles.ts';
import type { TableOptions } from './table-options.ts';
import { tableOfArrays, type Tables } from './table.ts';
import { readZip } from './zip.ts';

/** The arrays of an NPZ archive by name; each is unpacked when it is called for. @throws DatasetError */
export function readNpz(bytes: Uint8Array, file: string): Map<string, () => ArrayFile> {
  const arrays = readZip(bytes, file).filter((entry) => entry.name.endsWith('.npy'));
  return new Map(arrays.map(({ name, read }) => [name.slice(0, -'.npy'.length), () => parseNpy(read(), `${file}/${name}`)]));
}

/**
 * Features and labels out of one archive: `x_train`, `y_train`, `x_test`, `y_test`, or `X` and `y`, and the like; and weights of the training
 * rows, where an array of them is named. Those of the test set have `test` where that one's name has `train`.
 *
 * @throws DatasetError
 */
export function readNpzTables(bytes: Uint8Array, file: string, options: TableOptions = {}): Tables {
  const arrays = readNpz(bytes, file);
  const wanted = options.weightColumn === undefined ? undefined : String(options.weightColumn);
  const { train, test } = findRoles(new Map([...arrays].filter(([name]) => name !== wanted)), file);
  if (wanted !== undefined && !arrays.has(wanted))
    throw new DatasetError(file, undefined, `no array "${wanted}" of weights; there is ${[...arrays.keys()].join(', ')}`);
  const weights = (name: string | undefined): ArrayFile | undefined => (name === undefined ? undefined : arrays.get(name)?.());
  const ofTest = wanted?.includes('train') ? wanted.replace('train', 'test') : undefined;
  return {
    train: tableOfArrays(train.features(), train.labels(), options, weights(wanted)),
    ...(test && { test: tableOfArrays(test.features(), test.labels(), options, weights(ofTest)) }),
  };
}
