/** A block of headers that cannot be read. What follows it on its connection cannot be either, as each block builds on those before. */
export class HpackError extends Error {
  override readonly name = 'HpackError';
}
