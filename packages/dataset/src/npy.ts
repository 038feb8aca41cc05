import { checkLength, type ArrayFile, type ArrayHeader } from './array.ts';
import type { FeatureArray } from './dataset.ts';
import { bytesOf, readElements, type ElementType } from './elements.ts';
import { DatasetError } from './error.ts';

const magic = Buffer.from('\x93NUMPY', 'latin1');
const elementTypes = new Set<string>(['b1', 'u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']);

export function looksLikeNpy(head: Uint8Array): boolean {
  return magic.every((byte, at) => head[at] === byte);
}

/**
 * A NumPy array file, versions 1 to 3, as NumPy Enhancement Proposal 1 describes it: magic, version, length of the header, the header
 * (a Python dictionary of `descr`, `fortran_order`, `shape`), the elements. Fortran order becomes row-major.
 *
 * @param file Its name, for errors. The result may share memory with `bytes`.
 * @throws DatasetError
 */
export function parseNpy(bytes: Uint8Array, file: string): ArrayFile {
  const { type, littleEndian, fortran, shape, start, end } = checkLength(parseNpyHeader(bytes, file), bytes.length, file);
  const values = readElements(bytes.subarray(start, end), type, littleEndian);
  return { file, shape, type, values: fortran ? rowMajor(values, shape) : values };
}

/** @param bytes The file's beginning. @throws DatasetError */
export function parseNpyHeader(bytes: Uint8Array, file: string): ArrayHeader {
  const { text, start } = readHeader(bytes, file);
  const { type, littleEndian } = readType(text, file);
  const shape = readShape(text, file);
  const fortran = /'fortran_order'\s*:\s*True/.test(text);
  return { type, littleEndian, fortran, shape, start, end: start + bytesOf(type) * shape.reduce((count, size) => count * size, 1) };
}

function readHeader(bytes: Uint8Array, file: string): { text: string; start: number } {
  if (!looksLikeNpy(bytes)) throw new DatasetError(file, 'byte 0', 'not a NumPy array: it does not begin with \\x93NUMPY');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw new DatasetError(file, 'byte 6', `version ${version} of the NumPy array format is not 1, 2 or 3`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fixed = version === 1 ? 10 : 12;
  if (bytes.length < fixed) throw new DatasetError(file, `byte ${bytes.length}`, `the file ends here; the header begins at byte ${fixed}`);
  const start = fixed + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw new DatasetError(file, `byte ${bytes.length}`, `the file ends here; the header ends at byte ${start}`);
  return { text: Buffer.from(bytes.subarray(fixed, start)).toString(version === 3 ? 'utf8' : 'latin1'), start };
}

function readType(header: string, file: string): { type: ElementType; littleEndian: boolean } {
  const [, order, type = ''] = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  if (elementTypes.has(type)) return { type: type as ElementType, littleEndian: order !== '>' };
  if (type.startsWith('O'))
    throw new DatasetError(file, 'header', 'an array of Python objects (dtype object): save numbers, as with astype(float)');
  const descr = /'descr'\s*:\s*('[^']*'|\[.*\])/.exec(header)?.[1];
  throw new DatasetError(
    file,
    'header',
    descr ? `dtype ${descr} is not one of bool, integers, floats of 16, 32, 64 bits` : 'no dtype in it',
  );
}

function readShape(header: string, file: string): number[] {
  const inside = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const shape = inside
    ?.split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  if (!shape) throw new DatasetError(file, 'header', 'no shape in it');
  if (shape.length === 0) throw new DatasetError(file, 'header', 'a single number has no rows');
  return shape;
}

/** Elements whose first index runs fastest, in an order whose last does. */
function rowMajor(values: FeatureArray, shape: readonly number[]): FeatureArray {
  const result = values.slice();
  const index = new Uint32Array(shape.length);
  const strides = shape.map((_, dimension) => shape.slice(0, dimension).reduce((count, size) => count * size, 1));
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from] as number;
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      const [size, stride] = [shape[dimension] as number, strides[dimension] as number];
      index[dimension] = (index[dimension] as number) + 1;
      from += stride;
      if ((index[dimension] as number) < size) break;
      from -= size * stride;
      index[dimension] = 0;
    }
  }
  return result;
}
