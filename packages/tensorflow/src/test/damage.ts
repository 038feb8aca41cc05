import { fieldsOf, type Field } from '../wire.ts';
import { bytes, integer, message } from '../trace/protobuf.ts';
import type { ModelFiles } from '../weights.ts';

const definition = /\.(pb|onnx)$/; // what is of messages

type Random = (below: number) => number;

/** One file of a model damaged, the same for the same seed: by bytes, or by what its messages say. */
export function damaged(files: ModelFiles, seed: number): ModelFiles {
  const random = randomOf(seed);
  const paths = Object.keys(files);
  const path = (random(4) > 0 ? paths.find((each) => definition.test(each)) : paths[random(paths.length)]) as string;
  let content: Uint8Array = files[path] as Uint8Array;
  const lies = definition.test(path) && random(3) > 0;
  for (let changes = random(3); changes >= 0 && content.length > 0; changes--)
    content = lies ? lie(content, random) : scratch(content, random);
  return { ...files, [path]: content };
}

/** Some byte changed, or some bytes cut off or left out. */
function scratch(content: Uint8Array, random: Random): Uint8Array {
  const changed = Buffer.from(content);
  const at = random(changed.length);
  const kind = random(8);
  if (kind === 0) return changed.subarray(0, at);
  if (kind === 1) return Buffer.concat([changed.subarray(0, at), changed.subarray(random(changed.length))]);
  if (kind < 4) changed[at] = random(256);
  else if (kind < 6) changed[at] = (changed[at] as number) ^ (1 << random(8));
  else changed[at] = (changed[at] as number) + random(3) - 1;
  return changed;
}

const extremes = [0n, 1n, -1n, -2n, 7n, 255n, 65_536n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 40n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)];

/** A message in which one field, however deep, is another, gone, or there twice; all lengths are right. */
function lie(content: Uint8Array, random: Random): Uint8Array {
  const fields = fieldsOrNone(content);
  if (fields.length === 0) return scratch(content, random);
  const at = random(fields.length);
  const { number, bytes: within, raw } = fields[at] as Field;
  const kind = (raw[0] as number) & 7;
  const change = random(10);
  const put = (...instead: Uint8Array[]) => message(...fields.flatMap((field, index) => (index === at ? instead : [field.raw])));
  if (kind === 0) return put(integer(number, extremes[random(extremes.length)] as bigint));
  if (kind === 2 && within.length > 0 && change > 1) return put(bytes(number, lie(within, random)));
  if (change === 0) return put();
  return change === 1 ? put(raw, raw) : put((fields[random(fields.length)] as Field).raw);
}

function fieldsOrNone(content: Uint8Array): Field[] {
  try {
    return fieldsOf(content, 'what may be a message');
  } catch {
    return [];
  }
}

/** A generator of whole numbers below a bound: mulberry32. */
function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
