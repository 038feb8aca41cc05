import { crc32 } from 'node:zlib';
import { byteReader, type ByteReader } from './byte-reader.ts';
import { readLeaves, type LeafForm } from './decode-leaves.ts';
import { holdsWeights, type Forest } from './forest.ts';
import {
  byteThresholds,
  checksumBytes,
  columnBits,
  contradiction,
  countLeaves,
  doubleCovers,
  doubleThresholds,
  float32Flag,
  floatThresholds,
  formatVersion,
  headerBytes,
  links,
  magic,
  noCovers,
  regressionFlag,
  sparseLeaves,
  splitFlagsFlag,
  sumFlag,
  thresholdBytes,
  weightLeaves,
} from './format.ts';
import { categorical, missingRight, mostCategories, type Tree } from './tree.ts';

type Header = Omit<Forest, 'trees' | 'base'>;
type Form = LeafForm & { readonly columns: number; readonly thresholds: 1 | 2 | 3; readonly splitFlags: boolean };
type Splits = Pick<Tree, 'features' | 'thresholds' | 'flags' | 'children' | 'setOffsets' | 'setWords'>;

/**
 * Reads what `encodeForest` wrote. Every number is checked before it is used, whatever the checksum says: no column, class or node that is
 * not there, no memory beyond a small multiple of the file. Nodes follow one another in preorder, so there can be no cycle.
 *
 * @throws ForestError that names the position and the reason.
 */
export function decodeForest(bytes: Uint8Array): Forest {
  const reader = byteReader(bytes);
  const { header, form, count } = readHeader(reader, bytes);
  const base = new Float64Array(header.outputs);
  if (header.aggregate === 'sum') for (let i = 0; i < header.outputs; i++) base[i] = readFinite(reader, 'the base');
  const trees: Tree[] = [];
  for (let index = 0; index < count; index++) trees.push(readTree(reader, form, `tree ${index}`));
  if (reader.position() !== bytes.length - checksumBytes) reader.refuse('bytes follow the last tree');
  return { ...header, base, trees };
}

function readHeader(reader: ByteReader, bytes: Uint8Array): { header: Header; form: Form; count: number } {
  if (bytes.length < headerBytes + checksumBytes) reader.refuse(`${bytes.length} bytes; the shortest has ${headerBytes + checksumBytes}`);
  if (reader.take(8, 'magic').toString('latin1') !== magic) reader.refuse(`it does not begin with ${magic}`, 0);
  const version = reader.uint16('version');
  if (version !== formatVersion) reader.refuse(`version ${version}; this program reads version ${formatVersion}`, 8);
  const [thresholds, leaves, covers, link] = reader.take(4, 'kinds') as unknown as [1 | 2 | 3, 1 | 2 | 3 | 4, 0 | 1 | 2, number];
  if (thresholds < byteThresholds || thresholds > doubleThresholds) reader.refuse(`kind of thresholds is ${thresholds}; it is 1 to 3`, 10);
  if (leaves < countLeaves || leaves > sparseLeaves) reader.refuse(`kind of leaves is ${leaves}; it is 1 to 4`, 11);
  if (covers > doubleCovers) reader.refuse(`kind of covers is ${covers}; it is 0 to 2`, 12);
  if (link >= links.length) reader.refuse(`link is ${link}; it is 0 to 2`, 13);
  const flags = reader.uint16('flags');
  if (flags > 0xf) reader.refuse(`flags are ${flags}; this program knows 0 to 15`, 14);
  const columns = reader.uint32('columns');
  if (columns < 1 || columns > 0x7fff_ffff) reader.refuse(`${columns} columns; there are 1 to ${0x7fff_ffff}`, 16);
  const header: Header = {
    columns,
    task: (flags & regressionFlag) !== 0 ? 'regression' : 'classification',
    classes: reader.uint32('classes'),
    outputs: reader.uint32('outputs'),
    bytes: thresholds === byteThresholds,
    float32: (flags & float32Flag) !== 0,
    aggregate: (flags & sumFlag) !== 0 ? 'sum' : 'mean',
    link: links[link] as Forest['link'],
  };
  const wrong = contradiction(header);
  if (wrong) reader.refuse(wrong, 20);
  const weights = holdsWeights(header);
  if (weights !== leaves <= weightLeaves)
    reader.refuse(`leaves of kind ${leaves}, but the forest holds ${weights ? 'weights' : 'values'}`, 11);
  if (weights && covers !== noCovers) reader.refuse(`covers of kind ${covers} beside weights, whose sums they are`, 12);
  const count = reader.uint32('trees');
  if (count < 1) reader.refuse('it has no trees', 28);
  const size = reader.uint32('size');
  if (size !== bytes.length) reader.refuse(`it says that it is ${size} bytes long, but ${bytes.length} are here`, 32);
  checkSum(reader, bytes);
  const form = { columns, thresholds, splitFlags: (flags & splitFlagsFlag) !== 0, outputs: header.outputs, leaves, covers };
  return { header, form, count };
}

function checkSum(reader: ByteReader, bytes: Uint8Array): void {
  const end = bytes.length - checksumBytes;
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
  const actual = crc32(bytes.subarray(0, end));
  if (stated !== actual) reader.refuse(`the checksum is ${hex(actual)}, but ${hex(stated)} is stated: the file is damaged`, end);
}

function readTree(reader: ByteReader, form: Form, what: string): Tree {
  const start = reader.position();
  const nodes = reader.uint32(`${what}, its nodes`);
  if (nodes % 2 === 0) reader.refuse(`${what} has ${nodes} nodes; a binary tree has an odd number`, start);
  reader.expect((nodes + 1) / 2, `${what}: the leaves of ${nodes} nodes`); // a byte each, at least: before memory is asked for
  const inner = (nodes - 1) / 2;
  const shapeAt = reader.position();
  const shape = reader.bits(nodes, 1, `${what}: the bits of its shape`);
  const columnsAt = reader.position();
  const width = columnBits(form.columns);
  const columns = reader.bits(inner, width, `${what}: its columns`);
  for (let i = 0; i < inner; i++) {
    const column = columns[i] as number;
    if (column >= form.columns) reader.refuse(`${what}: column ${column} of ${form.columns}`, columnsAt + Math.floor((i * width) / 8));
  }
  const thresholds = readThresholds(reader, inner, form.thresholds, what);
  const flags = new Uint8Array(inner);
  const sets = form.splitFlags
    ? readFlags(reader, thresholds, flags, what)
    : { setOffsets: new Int32Array(1), setWords: new Uint32Array(0) };
  const splits = { ...layNodes(reader, shape, { columns, thresholds, flags }, shapeAt, what), ...sets };
  return { ...splits, ...readLeaves(reader, inner + 1, form, what) };
}

function readThresholds(reader: ByteReader, inner: number, kind: 1 | 2 | 3, what: string): Float64Array {
  const start = reader.position();
  const width = thresholdBytes[kind];
  const bytes = reader.take(inner * width, `${what}, its thresholds`);
  const thresholds = new Float64Array(inner);
  for (let i = 0; i < inner; i++) {
    if (kind === byteThresholds) thresholds[i] = (bytes[i] as number) + 0.5;
    else thresholds[i] = kind === floatThresholds ? bytes.readFloatLE(i * width) : bytes.readDoubleLE(i * width);
    if (!Number.isFinite(thresholds[i])) reader.refuse(`${what}: threshold ${thresholds[i]}`, start + i * width);
  }
  return thresholds;
}

/** Reads which splits are categorical or send missing values right, and puts the numbers of sets in place of their thresholds. */
function readFlags(reader: ByteReader, thresholds: Float64Array, flags: Uint8Array, what: string): Pick<Tree, 'setOffsets' | 'setWords'> {
  const missing = reader.bits(flags.length, 1, `${what}: its bits of missing values`);
  const isSet = reader.bits(flags.length, 1, `${what}: its bits of categories`);
  const offsets = [0];
  const words: number[] = [];
  for (let i = 0; i < flags.length; i++) {
    flags[i] = (missing[i] as number) * missingRight + (isSet[i] as number) * categorical;
    if (isSet[i] === 0) continue;
    const at = reader.position();
    const count = reader.varint(`${what}, the words of a set`);
    if (count > mostCategories / 32) reader.refuse(`${what}: a set of ${count} words; it has at most ${mostCategories / 32}`, at);
    for (let word = 0; word < count; word++) words.push(reader.uint32(`${what}, a set`));
    thresholds[i] = offsets.length - 1;
    offsets.push(words.length);
  }
  return { setOffsets: Int32Array.from(offsets), setWords: Uint32Array.from(words) };
}

/** Gives each split its children, as preorder implies them. */
function layNodes(
  reader: ByteReader,
  shape: Int32Array,
  splits: { readonly columns: Int32Array; readonly thresholds: Float64Array; readonly flags: Uint8Array },
  shapeAt: number,
  what: string,
): Omit<Splits, 'setOffsets' | 'setWords'> {
  const nodes = shape.length;
  const inner = (nodes - 1) / 2;
  const features = new Int32Array(nodes);
  const thresholds = new Float64Array(nodes);
  const flags = new Uint8Array(nodes);
  const children = new Int32Array(nodes);
  const waiting = [0];
  let leaves = 0;
  let seen = 0;
  for (let position = 0; position < nodes; position++) {
    const node = waiting.pop();
    if (node === undefined)
      return reader.refuse(`${what}: its shape is complete after ${position} of ${nodes} nodes`, shapeAt + (position >> 3));
    if (shape[position] === 0) {
      features[node] = -1;
      children[node] = leaves++;
      continue;
    }
    if (seen === inner) return reader.refuse(`${what}: its shape has more than ${inner} inner nodes`, shapeAt + (position >> 3));
    features[node] = splits.columns[seen] as number;
    thresholds[node] = splits.thresholds[seen] as number;
    flags[node] = splits.flags[seen] as number;
    children[node] = 2 * seen + 1;
    waiting.push(2 * seen + 2, 2 * seen + 1);
    seen++;
  }
  return { features, thresholds, flags, children };
}

function readFinite(reader: ByteReader, what: string): number {
  const at = reader.position();
  const number = reader.double(what);
  return Number.isFinite(number) ? number : reader.refuse(`${what} is ${number}`, at);
}

const hex = (number: number): string => number.toString(16).padStart(8, '0');
