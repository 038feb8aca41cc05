import type { FeatureArray } from './dataset.ts';

/**
 * Numbers that come one by one: bytes as long as all are whole numbers of 0–255, doubles from the first that is not.
 * @param wide Doubles from the first.
 */
export function featureStore(wide = false): { add(value: number): void; finish(): FeatureArray } {
  let bytes: Uint8Array<ArrayBuffer> | undefined = wide ? undefined : new Uint8Array(4096);
  let doubles = new Float64Array(wide ? 1024 : 0);
  let count = 0;
  return {
    add(value) {
      if (bytes && value === (value & 255)) {
        if (count === bytes.length) bytes = new Uint8Array(bytes.buffer.transfer(grown(count)));
        bytes[count++] = value;
        return;
      }
      if (bytes) {
        doubles = new Float64Array(bytes.length);
        doubles.set(bytes);
        bytes = undefined;
      }
      if (count === doubles.length) doubles = new Float64Array(doubles.buffer.transfer(grown(count) * 8));
      doubles[count++] = value;
    },
    finish: () => (bytes ? new Uint8Array(bytes.buffer.transfer(count)) : new Float64Array(doubles.buffer.transfer(count * 8))),
  };
}

/** Doubles that come one by one. */
export function numberStore(): { add(value: number): void; finish(): Float64Array } {
  let doubles = new Float64Array(1024);
  let count = 0;
  return {
    add(value) {
      if (count === doubles.length) doubles = new Float64Array(doubles.buffer.transfer(grown(count) * 8));
      doubles[count++] = value;
    },
    finish: () => new Float64Array(doubles.buffer.transfer(count * 8)),
  };
}

const grown = (count: number): number => Math.ceil(count * 1.5);
