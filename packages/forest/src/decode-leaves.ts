import type { ByteReader } from './byte-reader.ts';
import { countLeaves, doubleCovers, fullLeaves, weightLeaves, wholeCovers } from './format.ts';
import type { Tree } from './tree.ts';

export type LeafForm = { readonly outputs: number; readonly leaves: 1 | 2 | 3 | 4; readonly covers: 0 | 1 | 2 };

type Leaves = Pick<Tree, 'leafOffsets' | 'leafOutputs' | 'leafValues' | 'covers'>;

/** Reads the leaves of a tree, all checked: outputs that are there and ascend, weights above 0, numbers that are finite. */
export function readLeaves(reader: ByteReader, leaves: number, form: LeafForm, what: string): Leaves {
  const offsets = new Int32Array(leaves + 1);
  const covers = new Float64Array(leaves);
  const outputs: number[] = [];
  const values: number[] = [];
  for (let leaf = 0; leaf < leaves; leaf++) {
    if (form.leaves === countLeaves) readCounts(reader, form.outputs, outputs, values, what);
    else readNumbers(reader, form, outputs, values, what);
    offsets[leaf + 1] = outputs.length;
    if (form.leaves <= weightLeaves) for (let i = offsets[leaf] as number; i < values.length; i++) covers[leaf]! += values[i] as number;
    else covers[leaf] = readCover(reader, form.covers, what);
  }
  return { leafOffsets: offsets, leafOutputs: Uint16Array.from(outputs), leafValues: Float64Array.from(values), covers };
}

function readCounts(reader: ByteReader, classes: number, outputs: number[], values: number[], what: string): void {
  const at = reader.position();
  const pure = reader.varint(`${what}, a leaf`) - 1;
  if (pure >= 0) {
    outputs.push(pure % classes);
    values.push(Math.floor(pure / classes) + 1);
    return;
  }
  const present = reader.varint(`${what}, the classes of a leaf`);
  if (present === 1 || present > classes) reader.refuse(`${what}: a mixed leaf of ${present} classes; it has 2 to ${classes}, or none`, at);
  let previous = -1;
  for (let i = 0; i < present; i++) {
    previous = readOutput(reader, previous, classes, what);
    const countAt = reader.position();
    const count = reader.varint(`${what}, a count`);
    if (count === 0) reader.refuse(`${what}: class ${previous} counts no rows`, countAt);
    outputs.push(previous);
    values.push(count);
  }
}

function readNumbers(reader: ByteReader, { leaves, outputs: most }: LeafForm, outputs: number[], values: number[], what: string): void {
  const first = outputs.length;
  if (leaves === fullLeaves) {
    for (let output = 0; output < most; output++) {
      values.push(readDouble(reader, -Infinity, what));
      outputs.push(output);
    }
    return;
  }
  const at = reader.position();
  const present = reader.varint(`${what}, the numbers of a leaf`);
  if (present > most) reader.refuse(`${what}: a leaf of ${present} numbers; it has at most ${most}`, at);
  let previous = -1;
  for (let i = 0; i < present; i++) {
    previous = readOutput(reader, previous, most, what);
    outputs.push(previous);
  }
  for (let i = first; i < first + present; i++) values.push(readDouble(reader, leaves === weightLeaves ? 0 : -Infinity, what));
}

function readOutput(reader: ByteReader, previous: number, most: number, what: string): number {
  const at = reader.position();
  const output = reader.varint(`${what}, a class`);
  return output > previous && output < most ? output : reader.refuse(`${what}: class ${output} after ${previous}, of ${most}`, at);
}

/** A finite number above `floor`. */
function readDouble(reader: ByteReader, floor: number, what: string): number {
  const at = reader.position();
  const number = reader.double(`${what}, a number of a leaf`);
  return Number.isFinite(number) && number > floor ? number : reader.refuse(`${what}: a leaf of ${number}`, at);
}

function readCover(reader: ByteReader, kind: LeafForm['covers'], what: string): number {
  if (kind === wholeCovers) return reader.varint(`${what}, a cover`);
  return kind === doubleCovers ? readDouble(reader, -Number.MIN_VALUE, what) : 0;
}
