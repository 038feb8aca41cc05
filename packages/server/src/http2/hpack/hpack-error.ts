import { codes, ConnectionError } from '../frames.ts';

/** A block of headers that cannot be read. What follows it on its connection cannot be either, as each block builds on those before. */
export class HpackError extends ConnectionError {
  constructor(message: string) {
    super(codes.compression, message);
  }
}
