import { staticTable } from './static-table.ts';

/** Where the static table has a pair, and where a name for the first time. */
const pairs = new Map(staticTable.map(([name, value], index) => [`${name} ${value}`, index + 1]));
const names = new Map(staticTable.map(([name], index): [string, number] => [name, index + 1]).toReversed());

/**
 * Headers as a block that adds nothing to any table, so that it means the same on every connection at any time: it may be made once. In ASCII.
 *
 * @example
 *     const head = headerBlock({ ':status': '200', 'content-type': 'application/grpc' });
 */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat(Object.entries(headers).flatMap(([name, value]) => headerOf(name, value)));
}

function headerOf(name: string, value: string): Buffer[] {
  const whole = pairs.get(`${name} ${value}`);
  if (whole !== undefined) return [integer(whole, 7, 0x80)];
  const index = names.get(name);
  return index !== undefined ? [integer(index, 4, 0), ...text(value)] : [Buffer.of(0), ...text(name), ...text(value)];
}

function text(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'latin1');
  return [integer(bytes.length, 7, 0), bytes];
}

function integer(value: number, prefix: number, kind: number): Buffer {
  const most = (1 << prefix) - 1;
  if (value < most) return Buffer.of(kind | value);
  const bytes = [kind | most];
  let rest = value - most;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
