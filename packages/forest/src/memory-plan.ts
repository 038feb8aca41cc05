type ArrayKind = Uint8ArrayConstructor | Uint16ArrayConstructor | Int32ArrayConstructor | Uint32ArrayConstructor | Float64ArrayConstructor;

/** Names of arrays, each with its kind and length, in the order in which they lie in memory. */
export type MemoryPlan = Readonly<Record<string, readonly [ArrayKind, number]>>;
export type Placed<P extends MemoryPlan> = { readonly [Name in keyof P]: InstanceType<P[Name][0]> };

const line = 64; // each array begins with a cache line, so that threads never write to the same one

const wholeLines = (bytes: number): number => Math.ceil(bytes / line) * line;

/** What the arrays of a plan take. */
export function bytesOf(plan: MemoryPlan): number {
  return Object.values(plan).reduce((sum, [Kind, length]) => sum + wholeLines(Kind.BYTES_PER_ELEMENT * length), 0);
}

/**
 * Lays the arrays of a plan out in a buffer, one after the other from the byte `from`, a multiple of 64.
 *
 *     const { order, counts } = place({ order: [Int32Array, rows], counts: [Uint8Array, rows] }, memory.buffer, 64);
 */
export function place<P extends MemoryPlan>(plan: P, buffer: ArrayBufferLike, from: number): Placed<P> {
  let at = from;
  const arrays = Object.entries(plan).map(([name, [Kind, length]]) => {
    const array = new Kind(buffer as ArrayBuffer, at, length);
    at += wholeLines(array.byteLength);
    return [name, array];
  });
  return Object.fromEntries(arrays) as Placed<P>;
}
