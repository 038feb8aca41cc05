/** A whole number in 0 … limit − 1; `limit` up to 2³². */
export type RandomBelow = (limit: number) => number;

/**
 * The seed of one tree: a function of the forest's seed and the tree's index alone, so that any part of a forest can be grown anywhere
 * and still be the same trees. Two rounds of the 32-bit finaliser of MurmurHash3 (A. Appleby, public domain).
 */
export function treeSeed(seed: number, index: number): number {
  return mix(mix(seed ^ 0x9e37_79b9) + Math.imul(index + 1, 0x85eb_ca77));
}

/** The seed by which a tree draws columns; the tree's own draws its rows, so that these can be drawn again without growing it. */
export const columnSeed = (seed: number): number => mix(seed ^ 0x5bd1_e995);

/** sfc32 (C. Doty-Humphrey, PractRand): four words of state, period at least 2³², seeded here through `mix`. */
export function randomBelow(seed: number): RandomBelow {
  let a = mix(seed);
  let b = mix(a + 1);
  let c = mix(b + 2);
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < 12; round++) next();
  return (limit) => Math.floor((next() * limit) / 0x1_0000_0000);
}

function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
