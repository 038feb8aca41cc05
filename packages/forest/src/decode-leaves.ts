import type { ByteReader } from './byte-reader.ts';
import { countLeaves, doubleCovers, fullLeaves, weightLeaves, wholeCovers } from './format.ts';
import type { Tree } from './tree.ts';

export type LeafForm = { readonly outputs: number; readonly leaves: 1 | 2 | 3 | 4; readonly covers: 0 | 1 | 2 };

type Leaves = Pick<Tree, 'leafOffsets' | 'leafOutputs' | 'leafValues' | 'covers'>;

/** What a refusal says of the parts of a tree's leaves: made once a tree, for there are many leaves. */
type Names = ReturnType<typeof namesOf>;

const namesOf = (tree: string) => ({
  tree,
  leaf: `${tree}, a leaf`,
  classes: `${tree}, the classes of a leaf`,
  class: `${tree}, a class`,
  count: `${tree}, a count`,
  numbers: `${tree}, the numbers of a leaf`,
  number: `${tree}, a number of a leaf`,
  cover: `${tree}, a cover`,
});

/** Reads the leaves of a tree, all checked: outputs that are there and ascend, weights above 0, numbers that are finite. */
export function readLeaves(reader: ByteReader, leaves: number, form: LeafForm, what: string): Leaves {
  const offsets = new Int32Array(leaves + 1);
  const covers = new Float64Array(leaves);
  const outputs: number[] = [];
  const values: number[] = [];
  const names = namesOf(what);
  for (let leaf = 0; leaf < leaves; leaf++) {
    if (form.leaves === countLeaves) readCounts(reader, form.outputs, outputs, values, names);
    else readNumbers(reader, form, outputs, values, names);
    offsets[leaf + 1] = outputs.length;
    if (form.leaves <= weightLeaves) for (let i = offsets[leaf] as number; i < values.length; i++) covers[leaf]! += values[i] as number;
    else covers[leaf] = readCover(reader, form.covers, names);
  }
  return { leafOffsets: offsets, leafOutputs: Uint16Array.from(outputs), leafValues: Float64Array.from(values), covers };
}

function readCounts(reader: ByteReader, classes: number, outputs: number[], values: number[], names: Names): void {
  const at = reader.position();
  const pure = reader.varint(names.leaf) - 1;
  if (pure >= 0) {
    outputs.push(pure % classes);
    values.push(Math.floor(pure / classes) + 1);
    return;
  }
  const present = reader.varint(names.classes);
  if (present === 1 || present > classes)
    reader.refuse(`${names.tree}: a mixed leaf of ${present} classes; it has 2 to ${classes}, or none`, at);
  let previous = -1;
  for (let i = 0; i < present; i++) {
    previous = readOutput(reader, previous, classes, names);
    const countAt = reader.position();
    const count = reader.varint(names.count);
    if (count === 0) reader.refuse(`${names.tree}: class ${previous} counts no rows`, countAt);
    outputs.push(previous);
    values.push(count);
  }
}

function readNumbers(reader: ByteReader, { leaves, outputs: most }: LeafForm, outputs: number[], values: number[], names: Names): void {
  const first = outputs.length;
  if (leaves === fullLeaves) {
    for (let output = 0; output < most; output++) {
      values.push(readDouble(reader, -Infinity, names));
      outputs.push(output);
    }
    return;
  }
  const at = reader.position();
  const present = reader.varint(names.numbers);
  if (present > most) reader.refuse(`${names.tree}: a leaf of ${present} numbers; it has at most ${most}`, at);
  let previous = -1;
  for (let i = 0; i < present; i++) {
    previous = readOutput(reader, previous, most, names);
    outputs.push(previous);
  }
  for (let i = first; i < first + present; i++) values.push(readDouble(reader, leaves === weightLeaves ? 0 : -Infinity, names));
}

function readOutput(reader: ByteReader, previous: number, most: number, names: Names): number {
  const at = reader.position();
  const output = reader.varint(names.class);
  return output > previous && output < most ? output : reader.refuse(`${names.tree}: class ${output} after ${previous}, of ${most}`, at);
}

/** A finite number above `floor`. */
function readDouble(reader: ByteReader, floor: number, names: Names): number {
  const at = reader.position();
  const number = reader.double(names.number);
  return Number.isFinite(number) && number > floor ? number : reader.refuse(`${names.tree}: a leaf of ${number}`, at);
}

function readCover(reader: ByteReader, kind: LeafForm['covers'], names: Names): number {
  if (kind === wholeCovers) return reader.varint(names.cover);
  return kind === doubleCovers ? readDouble(reader, -Number.MIN_VALUE, names) : 0;
}
