import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const block = 512;

/** A file of an archive, or a folder where `data` is missing. */
export type TarEntry = { readonly name: string; readonly data?: Uint8Array };

/**
 * A tar archive (POSIX ustar) of files and folders, in the order given, all of root, at second 0, with modes 644 and 755: nothing in it but
 * names and contents.
 *
 * @throws Error for a name beyond 100 bytes that cannot be parted for the 155 + 100 bytes that the format has
 */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap(({ name, data }) => {
    const padding = Buffer.alloc(padded(data?.length ?? 0) - (data?.length ?? 0));
    return [header(name, data), ...(data ? [data, padding] : [])];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** Everything in a folder, as entries below `prefix`. */
export function entriesOf(folder: string, prefix: string): TarEntry[] {
  const found = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return [
    { name: `${prefix}/` },
    ...found.flatMap((each) =>
      each.isDirectory()
        ? entriesOf(join(folder, each.name), `${prefix}/${each.name}`)
        : [{ name: `${prefix}/${each.name}`, data: readFileSync(join(folder, each.name)) }],
    ),
  ];
}

/**
 * The same archive with every time in it set to second 0, and nothing else changed: the times of the entries, and those that extended
 * headers (pax) give in fractions.
 */
export function withoutTimes(archive: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + block <= archive.length;) {
    const head = Buffer.from(archive.subarray(at, at + block));
    if (head.every((byte) => byte === 0)) {
      parts.push(archive.subarray(at));
      break;
    }
    const size = Number.parseInt(head.toString('latin1', 124, 136), 8);
    const data = archive.subarray(at + block, at + block + size);
    at += block + padded(size);
    parts.push(...(head[156] === 'x'.charCodeAt(0) ? withoutPaxTimes(head, data) : [settled(head), pad(data)]));
  }
  return Buffer.concat(parts);
}

/** A pax header is records of `<length> <key>=<value>\n`. One without any is left out. */
function withoutPaxTimes(head: Buffer, data: Buffer): Buffer[] {
  const kept: Buffer[] = [];
  for (let at = 0; at < data.length;) {
    const length = Number.parseInt(data.toString('latin1', at, data.indexOf(' ', at)), 10);
    const record = data.subarray(at, at + length);
    if (!/^\d+ [amc]time=/.test(record.toString('latin1'))) kept.push(record);
    at += length;
  }
  const left = Buffer.concat(kept);
  if (left.length === 0) return [];
  head.write(octal(left.length, 12), 124, 'latin1');
  return [settled(head), pad(left)];
}

function header(name: string, data: Uint8Array | undefined): Buffer {
  const head = Buffer.alloc(block);
  const [prefix, rest] = parted(name);
  head.write(rest, 0);
  head.write(octal(data ? 0o644 : 0o755, 8), 100);
  head.write(octal(0, 8), 108); // owner
  head.write(octal(0, 8), 116); // group
  head.write(octal(data?.length ?? 0, 12), 124);
  head.write(data ? '0' : '5', 156);
  head.write('ustar\x0000', 257, 'latin1');
  head.write(prefix, 345);
  return settled(head);
}

function parted(name: string): [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (rest && Buffer.byteLength(rest) <= 100 && Buffer.byteLength(prefix) <= 155) return [prefix, rest];
  }
  throw new Error(`${name}: too long a name for a tar archive, which has 155 bytes for folders and 100 for the rest`);
}

/** Sets the time to 0, and the checksum: the sum of all bytes with the checksum itself taken as spaces. */
function settled(head: Buffer): Buffer {
  head.write(octal(0, 12), 136, 'latin1');
  head.write(' '.repeat(8), 148);
  const sum = head.reduce((sum, byte) => sum + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;
const padded = (size: number): number => Math.ceil(size / block) * block;
const pad = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc(padded(data.length) - data.length)]);
