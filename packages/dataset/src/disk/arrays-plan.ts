import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import type { ArrayFile } from '../array.ts';
import { rowWidth, type FeatureArray } from '../dataset.ts';
import type { ElementType } from '../elements.ts';
import { DatasetError } from '../error.ts';
import { findColumn, type ColumnReference } from '../labels.ts';
import { tableOfArrays, type Table } from '../table.ts';
import { elementsOf, readArray, type ArraySource } from './array-source.ts';
import { storedBytes, type FeatureFile, type StoredType } from './feature-file.ts';
import { allBytes, featureWriter } from './feature-writer.ts';
import type { PartPlan } from './plan.ts';
import { headOf, workFile, workName } from './work-file.ts';

/** The type in which elements are in memory before it is known that all are bytes. */
const stored: Readonly<Record<ElementType, StoredType>> = {
  b1: 'u1',
  u1: 'u1',
  i1: 'f4',
  u2: 'f4',
  i2: 'f4',
  f2: 'f4',
  f4: 'f4',
  u4: 'f8',
  i4: 'f8',
  u8: 'f8',
  i8: 'f8',
  f8: 'f8',
};

/** Rows out of an array of features and one of labels. */
export function arraysPlan(features: ArraySource, labels: ArraySource): PartPlan {
  return {
    bytes: memoryOf(features),
    async convert(folder, atLeast) {
      const head = headOfArrays(features, await readArray(labels));
      const there = await inPlace(features, head, atLeast);
      if (there) return { table: withDomain(head, features, there.type), features: there };
      const name = await workName([features.path, labels.path], features.file, labels.file, atLeast);
      return workFile(join(folder, name), async (file) => {
        const written = await writeFeatures(file, features, atLeast);
        return { table: withDomain(head, features, written.type), features: written };
      });
    },
  };
}

/** Rows out of a matrix one column of which is the labels. @throws DatasetError as `tableOfMatrix` */
export function matrixPlan(matrix: ArraySource, labelColumn: ColumnReference = -1): PartPlan {
  const { file, shape } = matrix;
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || columns < 2)
    throw new DatasetError(file, undefined, `an array of ${shape.join('×')}: give a matrix of two columns or more, or features and labels`);
  const label = findColumn(
    labelColumn,
    Array.from({ length: columns }, (_, column) => String(column)),
    file,
    'shape',
  );
  return {
    bytes: memoryOf(matrix),
    async convert(folder, atLeast) {
      const name = await workName([matrix.path], file, label, atLeast);
      return workFile(join(folder, name), async (handle) => {
        const labels = new Float64Array(rows);
        const without = { ...matrix, shape: [rows, columns - 1] };
        const written = await writeFeatures(handle, matrix, atLeast, { label, labels });
        return { table: headOfArrays(without, { ...matrix, shape: [rows], values: labels }), features: { ...written, width: columns - 1 } };
      });
    },
  };
}

const memoryOf = ({ shape, type }: ArraySource): number => rowWidth({ shape }) * storedBytes[stored[type]];

/** All but the features, which are looked at when they are written. */
function headOfArrays({ file, shape, type }: Pick<ArraySource, 'file' | 'shape' | 'type'>, labels: ArrayFile): Table {
  return headOf(tableOfArrays({ file, shape, type, values: new Uint8Array(0) }, labels));
}

/** Only bytes are pixels, as in memory. */
function withDomain({ domain, ...table }: Table, { type: elements }: ArraySource, type: StoredType): Table {
  return domain && type === 'u1' && elements !== 'b1' ? { ...table, domain } : table;
}

/** The features where they are, if they lie there as they would in a work file. */
async function inPlace(source: ArraySource, { rows, shape }: Table, atLeast: StoredType): Promise<FeatureFile | undefined> {
  const type = stored[source.type];
  const asInMemory = ['b1', 'u1'].includes(source.type) || (['f4', 'f8'].includes(source.type) && source.littleEndian);
  if (!source.raw || source.fortran || !asInMemory || storedBytes[type] < storedBytes[atLeast]) return undefined;
  if (type !== 'u1') {
    let bytes = true;
    for await (const elements of checked(source)) bytes &&= allBytes(elements);
    if (bytes) return undefined; // a smaller file is read more quickly, and bytes may be pixels
  }
  return { path: source.path, start: source.start, rows, width: rowWidth({ shape }), type };
}

async function writeFeatures(
  file: FileHandle,
  source: ArraySource,
  atLeast: StoredType,
  column?: { readonly label: number; readonly labels: Float64Array },
): Promise<Omit<FeatureFile, 'path' | 'start'>> {
  const [rows = 0, ...shape] = source.shape;
  if (source.fortran && shape.length > 0)
    throw new DatasetError(source.file, 'header', 'in Fortran order, and larger than memory: save it with numpy.ascontiguousarray');
  const writer = featureWriter(file.fd, stored[source.type] === 'f8' ? 'f8' : 'f4', atLeast);
  const columns = rowWidth({ shape });
  let at = 0;
  for await (const elements of checked(source)) {
    for (const value of elements) {
      if (column && at % columns === column.label) column.labels[(at - column.label) / columns] = value;
      else writer.add(value);
      at++;
    }
  }
  return { rows, width: columns, type: writer.finish().type };
}

/** @throws DatasetError at a number that is not finite. */
async function* checked(source: ArraySource): AsyncGenerator<FeatureArray, void, void> {
  const width = rowWidth({ shape: source.shape.slice(1) });
  let before = 0;
  for await (const elements of elementsOf(source)) {
    const at = elements instanceof Uint8Array ? -1 : elements.findIndex((value: number) => !Number.isFinite(value));
    if (at >= 0)
      throw new DatasetError(
        source.file,
        `row ${Math.floor((before + at) / width)}, feature ${(before + at) % width}`,
        `${elements[at]} is not a finite number`,
      );
    before += elements.length;
    yield elements;
  }
}
