import type { Random } from './policy.ts';

/**
 * Uniform numbers in [0, 1) with 53 random bits each; the same seed gives the same sequence, 0 like any other.
 *
 * The generator is xoshiro128** 1.1, its state filled by SplitMix64's 32-bit mixer over both halves of the seed
 * (D. Blackman, S. Vigna: Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47, 2021). Not for secrets.
 *
 * @param seed a safe integer
 * @throws RangeError for any other number
 */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed} is not a whole number within ±${Number.MAX_SAFE_INTEGER}`);
  const mix = splitmix(seed | 0, Math.floor(seed / 2 ** 32) | 0);
  let a = mix();
  let b = mix();
  let c = mix();
  let d = mix();
  if ((a | b | c | d) === 0) d = 1; // the one state from which only zeros come

  function next(): number {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  }
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** A Weyl sequence through MurmurHash3's finalizer; the high half of the seed perturbs its start. */
function splitmix(low: number, high: number): () => number {
  let state = low ^ scramble(high);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return scramble(state);
  };
}

function scramble(value: number): number {
  let z = value;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}
