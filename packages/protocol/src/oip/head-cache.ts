import { asBuffer } from '../raw.ts';

/** Heads that are remembered, and the most bytes of one: clients write the same few, and who makes up others gains nothing by it. */
const [most, mostBytes] = [64, 1024];

/**
 * Reads the heads of binary requests, whose bytes are the same from request to request where no ids are in them, and remembers what they say.
 *
 * @param keeps Whether a head may be given to other requests as well. It is not to be changed by any.
 */
export function headCache<T>(read: (head: Uint8Array) => T, keeps: (head: T) => boolean): { read(head: Uint8Array): T } {
  const known = new Map<string, T>();
  return {
    read(bytes) {
      if (bytes.length > mostBytes) return read(bytes);
      const text = asBuffer(bytes).toString('latin1'); // a character a byte: the bytes themselves
      const found = known.get(text);
      if (found !== undefined) return found;
      const head = read(bytes);
      if (!keeps(head)) return head;
      if (known.size === most) known.clear();
      known.set(text, head);
      return head;
    },
  };
}
