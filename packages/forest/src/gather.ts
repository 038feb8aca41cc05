/** Collects the entries of four columns in one pass, each from a multiple of `room`, leaving out values of 0 without a branch. */
export function gather(
  cells: Uint8Array,
  offsets: Uint32Array,
  entries: Int32Array,
  count: number,
  base0: number,
  base1: number,
  base2: number,
  base3: number,
  gathered: Int32Array,
  room: number,
  counts: Int32Array,
): void {
  let end0 = 0;
  let end1 = room;
  let end2 = 2 * room;
  let end3 = 3 * room;
  for (let i = 0; i < count; i++) {
    const offset = offsets[i] as number;
    const entry = entries[i] as number;
    const value0 = cells[base0 + offset] as number;
    const value1 = cells[base1 + offset] as number;
    const value2 = cells[base2 + offset] as number;
    const value3 = cells[base3 + offset] as number;
    gathered[end0] = (value0 << 24) | entry;
    end0 += -value0 >>> 31;
    gathered[end1] = (value1 << 24) | entry;
    end1 += -value1 >>> 31;
    gathered[end2] = (value2 << 24) | entry;
    end2 += -value2 >>> 31;
    gathered[end3] = (value3 << 24) | entry;
    end3 += -value3 >>> 31;
  }
  counts[0] = end0;
  counts[1] = end1 - room;
  counts[2] = end2 - 2 * room;
  counts[3] = end3 - 3 * room;
}

/** Collects the entries of one column, its values as `map` says; answers how many there are. */
export function gatherMapped(
  cells: Uint8Array,
  offsets: Uint32Array,
  entries: Int32Array,
  count: number,
  base: number,
  map: Uint8Array,
  gathered: Int32Array,
): number {
  let end = 0;
  for (let i = 0; i < count; i++) {
    const value = map[cells[base + (offsets[i] as number)] as number] as number;
    gathered[end] = (value << 24) | (entries[i] as number);
    end += -value >>> 31;
  }
  return end;
}
