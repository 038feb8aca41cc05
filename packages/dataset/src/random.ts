/** Whole numbers in [0, 2³²). */
export type Random32 = () => number;

/**
 * A small seeded generator: sfc32 of Chris Doty-Humphrey (PractRand 0.94), its state filled from the seed by splitmix32
 * (the 32-bit finalizer of MurmurHash3 over a Weyl sequence), so that neighbouring seeds give unrelated sequences.
 *
 * @param seed A whole number ≥ 0, to 2⁵³ − 1.
 * @param stream Independent sequences of the same seed, such as one an epoch.
 */
export function createRandom(seed: number, stream = 0): Random32 {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`seed ${seed} is not a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
  const fill = splitmix32((seed ^ Math.imul(stream, 0x85ebca6b)) >>> 0);
  let a = fill();
  let b = (fill() ^ Math.floor(seed / 0x1_0000_0000)) | 0;
  let c = fill() ^ stream;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  return next;
}

/** A whole number in [0, limit), each as likely: what would favour the low ones is drawn again. */
export function below(random: Random32, limit: number): number {
  const fair = 0x1_0000_0000 - (0x1_0000_0000 % limit);
  let drawn = random();
  while (drawn >= fair) drawn = random();
  return drawn % limit;
}

function splitmix32(state: number): () => number {
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
}
