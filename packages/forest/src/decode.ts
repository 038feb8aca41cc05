import { crc32 } from 'node:zlib';
import { byteReader, type ByteReader } from './byte-reader.ts';
import { byteThresholds, checksumBytes, doubleThresholds, featureBytes, formatVersion, headerBytes, magic } from './format.ts';
import type { Forest, Tree } from './tree.ts';

type Header = { readonly columns: number; readonly classes: number; readonly bytes: boolean };

/**
 * Reads what `encodeForest` wrote. Every number is checked before it is used, whatever the checksum says: no column, class or node that is
 * not there, no memory beyond a small multiple of the file. Nodes follow one another in preorder, so there can be no cycle.
 *
 * @throws ForestError that names the position and the reason.
 */
export function decodeForest(bytes: Uint8Array): Forest {
  const reader = byteReader(bytes);
  const { header, count } = readHeader(reader, bytes);
  const trees: Tree[] = [];
  for (let index = 0; index < count; index++) trees.push(readTree(reader, header, `tree ${index}`));
  if (reader.position() !== bytes.length - checksumBytes) reader.refuse('bytes follow the last tree');
  return { ...header, trees };
}

function readHeader(reader: ByteReader, bytes: Uint8Array): { header: Header; count: number } {
  if (bytes.length < headerBytes + checksumBytes) reader.refuse(`${bytes.length} bytes; the shortest has ${headerBytes + checksumBytes}`);
  if (reader.take(8, 'magic').toString('latin1') !== magic) reader.refuse(`it does not begin with ${magic}`, 0);
  const version = reader.uint16('version');
  if (version !== formatVersion) reader.refuse(`version ${version}; this program reads version ${formatVersion}`, 8);
  const kind = reader.uint16('kind of thresholds');
  if (kind !== byteThresholds && kind !== doubleThresholds) reader.refuse(`kind of thresholds is ${kind}; it is 1 or 2`, 10);
  const columns = reader.uint32('columns');
  if (columns < 1 || columns > 0x7fff_ffff) reader.refuse(`${columns} columns; there are 1 to ${0x7fff_ffff}`, 12);
  const classes = reader.uint32('classes');
  if (classes < 1 || classes > 65_535) reader.refuse(`${classes} classes; there are 1 to 65535`, 16);
  const count = reader.uint32('trees');
  if (count < 1) reader.refuse('it has no trees', 20);
  const size = reader.uint32('size');
  if (size !== bytes.length) reader.refuse(`it says that it is ${size} bytes long, but ${bytes.length} are here`, 24);
  const end = bytes.length - checksumBytes;
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  const actual = crc32(bytes.subarray(0, end));
  if (stated !== actual) reader.refuse(`the checksum is ${hex(actual)}, but ${hex(stated)} is stated: the file is damaged`, end);
  return { header: { columns, classes, bytes: kind === byteThresholds }, count };
}

function readTree(reader: ByteReader, header: Header, what: string): Tree {
  const start = reader.position();
  const nodes = reader.uint32(`${what}, its nodes`);
  if (nodes % 2 === 0) reader.refuse(`${what} has ${nodes} nodes; a binary tree has an odd number`, start);
  const mixed = reader.uint32(`${what}, its mixed leaves`);
  if (mixed > (nodes + 1) / 2) reader.refuse(`${what} has ${mixed} mixed leaves among ${(nodes + 1) / 2}`, start + 4);
  const inner = (nodes - 1) / 2;
  const width = featureBytes(header.columns);
  const shapeAt = reader.position();
  const shape = reader.take(Math.ceil(nodes / 8), `${what}, its shape`);
  const featuresAt = reader.position();
  const columnOf = reader.take(inner * width, `${what}, its columns`);
  const thresholdsAt = reader.position();
  const thresholdOf = reader.take(inner * (header.bytes ? 1 : 8), `${what}, its thresholds`);

  const features = new Int32Array(nodes);
  const thresholds = new Float64Array(nodes);
  const children = new Int32Array(nodes);
  const waiting = [0];
  let seen = 0;
  let numbered = 1;
  for (let position = 0; position < nodes; position++) {
    const node = waiting.pop();
    if (node === undefined)
      return reader.refuse(`${what}: its shape is complete after ${position} of ${nodes} nodes`, shapeAt + (position >> 3));
    if ((((shape[position >> 3] as number) >> (position & 7)) & 1) === 0) {
      features[node] = -1;
      children[node] = readLeaf(reader, header.classes + mixed, what);
      continue;
    }
    if (seen === inner) return reader.refuse(`${what}: its shape has more than ${inner} inner nodes`, shapeAt + (position >> 3));
    const column = columnOf.readUIntLE(seen * width, width);
    if (column >= header.columns) reader.refuse(`${what}: column ${column} of ${header.columns}`, featuresAt + seen * width);
    const threshold = header.bytes ? (thresholdOf[seen] as number) + 0.5 : thresholdOf.readDoubleLE(seen * 8);
    if (!Number.isFinite(threshold)) reader.refuse(`${what}: threshold ${threshold}`, thresholdsAt + seen * 8);
    features[node] = column;
    thresholds[node] = threshold;
    children[node] = numbered;
    waiting.push(numbered + 1, numbered);
    numbered += 2;
    seen++;
  }
  checkPadding(reader, shape, nodes, shapeAt, what);
  return { features, thresholds, children, ...readMixedLeaves(reader, header.classes, mixed, what) };
}

function readLeaf(reader: ByteReader, leaves: number, what: string): number {
  const at = reader.position();
  const leaf = reader.varint(`${what}, a leaf`);
  return leaf < leaves ? leaf : reader.refuse(`${what}: leaf ${leaf} of ${leaves}`, at);
}

function checkPadding(reader: ByteReader, shape: Uint8Array, nodes: number, at: number, what: string): void {
  const last = shape.length - 1;
  if (nodes % 8 !== 0 && (shape[last] as number) >> (nodes % 8) !== 0)
    reader.refuse(`${what}: its shape goes on after ${nodes} nodes`, at + last);
}

function readMixedLeaves(
  reader: ByteReader,
  classes: number,
  mixed: number,
  what: string,
): Pick<Tree, 'mixedOffsets' | 'mixedClasses' | 'mixedCounts'> {
  const offsets = [0];
  const labels: number[] = [];
  const counts: number[] = [];
  for (let leaf = 0; leaf < mixed; leaf++) {
    const at = reader.position();
    const present = reader.varint(`${what}, the classes of a mixed leaf`);
    if (present < 2 || present > classes) reader.refuse(`${what}: a mixed leaf of ${present} classes; it has 2 to ${classes}`, at);
    let previous = -1;
    for (let i = 0; i < present; i++) {
      const labelAt = reader.position();
      const label = reader.varint(`${what}, a class`);
      if (label <= previous || label >= classes) reader.refuse(`${what}: class ${label} after ${previous}, of ${classes}`, labelAt);
      const count = reader.varint(`${what}, a count`);
      if (count === 0) reader.refuse(`${what}: class ${label} counts no rows`, labelAt);
      labels.push(label);
      counts.push(count);
      previous = label;
    }
    offsets.push(labels.length);
  }
  return { mixedOffsets: Int32Array.from(offsets), mixedClasses: Uint16Array.from(labels), mixedCounts: Uint32Array.from(counts) };
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');
