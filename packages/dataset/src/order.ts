import { below, createRandom } from './random.ts';

/**
 * The numbers 0 to `rows` − 1 in an order that depends on the seed alone: the same on every machine.
 * Fisher and Yates's shuffle, as Durstenfeld gave it (CACM 1964, algorithm 235).
 *
 * @param epoch Another order of the same seed for each.
 *
 *     shuffledOrder(5, 0)   // Uint32Array(5) [ … ]
 */
export function shuffledOrder(rows: number, seed: number, epoch = 0): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  const random = createRandom(seed, epoch);
  for (let last = rows - 1; last > 0; last--) {
    const chosen = below(random, last + 1);
    const held = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = held;
  }
  return order;
}
