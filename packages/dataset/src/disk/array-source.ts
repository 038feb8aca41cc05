import type { ArrayFile, ArrayHeader } from '../array.ts';
import type { FeatureArray } from '../dataset.ts';
import { bytesOf, readElements } from '../elements.ts';
import { DatasetError } from '../error.ts';
import { unreadable } from '../file.ts';

/** An array in a file, of which only the head was read. */
export type ArraySource = ArrayHeader & {
  /** Whom errors name. */
  readonly file: string;
  readonly path: string;
  /** Whether its elements lie in the file as they are, from byte `start` on. */
  readonly raw: boolean;
  /** The bytes of the whole array file, header included, unpacked. */
  bytes(): AsyncIterable<Uint8Array>;
};

/** More than any header takes. */
export const longestHeader = 2 ** 17;

/** The elements of an array in order, piece by piece. @throws DatasetError where there are more or fewer than its head says. */
export async function* elementsOf(source: ArraySource): AsyncGenerator<FeatureArray, void, void> {
  const { type, littleEndian, start, end, file, shape } = source;
  const size = bytesOf(type);
  let at = 0;
  let rest: Uint8Array = new Uint8Array(0);
  try {
    for await (const bytes of source.bytes()) {
      const body = bytes.subarray(Math.min(bytes.length, Math.max(0, start - at)));
      at += bytes.length;
      if (at > end) throw new DatasetError(file, `byte ${end}`, `more bytes than an array of ${shape.join('×')} has`);
      const all = rest.length === 0 ? body : Buffer.concat([rest, body]);
      const whole = all.length - (all.length % size);
      rest = all.slice(whole);
      if (whole > 0) yield readElements(all.subarray(0, whole), type, littleEndian);
    }
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw code.startsWith('Z_') ? new DatasetError(file, undefined, `gzip: ${message}`, { cause: error }) : unreadable(file, error);
  }
  if (at < end) throw new DatasetError(file, `byte ${at}`, `the file ends here; an array of ${shape.join('×')} ends at byte ${end}`);
}

/** The whole array in memory: for labels. @throws DatasetError */
export async function readArray(source: ArraySource): Promise<ArrayFile> {
  const pieces: FeatureArray[] = [];
  for await (const elements of elementsOf(source)) pieces.push(elements);
  const length = pieces.reduce((length, { length: more }) => length + more, 0);
  const values = new ((pieces[0]?.constructor ?? Uint8Array) as new (length: number) => FeatureArray)(length);
  let at = 0;
  for (const elements of pieces) {
    values.set(elements, at);
    at += elements.length;
  }
  return { file: source.file, shape: source.shape, type: source.type, values };
}
