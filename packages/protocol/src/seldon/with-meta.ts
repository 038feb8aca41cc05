import type { Message, Meta, Wire } from '../call.ts';
import { members, skipBlanks } from '../json/members.ts';
import { mayLoseNumbers, numbersAsWritten } from '../json/exact.ts';
import { asObject, type Json } from '../json/expect.ts';
import { parseJson } from '../json/syntax.ts';
import { lazyMessage } from '../lazy.ts';
import { asBuffer } from '../raw.ts';
import { findMeta } from './json.ts';
import { jsonOfMeta, mergeMeta, metaText } from './meta.ts';
import { withMetaBytes } from './proto-meta.ts';

/** What was laid over what, so that laying more over it starts from the bytes that came, once. */
const patched = Symbol('patched');
type Patchable = Message & { [patched]?: { readonly result: Message; readonly base: Message; readonly patch: Meta } };

/**
 * A message with other meta: maps are merged key by key, where the patch wins; all else that the patch has replaces.
 * Of a message that came off the wire, only the bytes of its meta are made anew, when they are asked for; its data is copied as it stands,
 * so that 1.0 stays 1.0 and every integer stays itself.
 *
 *     withMeta(message, { routing: { 'ab-router': 1 } })
 */
export function withMeta(message: Message, patch: Meta): Message {
  const found = (message as Patchable)[patched];
  const before = found?.result === message ? found : undefined; // else it is a copy, by spread, which may have another meta
  const base = before?.base ?? message;
  const whole = before ? mergeMeta(before.patch, patch) : patch;
  const meta = () => mergeMeta(base.meta, whole);
  const result: Patchable = lazyMessage(meta, () => base, base.wire && (() => patchWire(base.wire as Wire, whole, meta)));
  result[patched] = { result, base, patch: whole };
  return result;
}

function patchWire(wire: Wire, patch: Meta, meta: () => Meta): Wire {
  const { format, body } = wire;
  return { format, body: format === 'seldon-json' ? spliceMeta(wire, patch) : withMetaBytes(body, meta()) };
}

/** JSON with its meta patched: all other bytes as they were, and of meta itself what the patch does not touch. */
function spliceMeta({ body: bytes, metaMember }: Wire, patch: Meta): Buffer {
  const body = asBuffer(bytes);
  const old = metaMember ? metaMember() : findMeta(body);
  if (!old) return insertMeta(body, metaText(jsonOfMeta(patch)));
  const written = body.subarray(old.start, old.end);
  const json = mayLoseNumbers(written) ? parseJson(written, 'meta', numbersAsWritten) : old.json;
  const text = metaText(mergeJson(asObject(json ?? {}, 'meta'), patch));
  return spliced(body, old.start, old.end, text);
}

function insertMeta(body: Buffer, text: string): Buffer {
  const open = skipBlanks(body, 0);
  if (body[open] !== OPEN_OBJECT) members(body); // which says what is wrong
  const empty = body[skipBlanks(body, open + 1)] === CLOSE_OBJECT;
  return spliced(body, open + 1, open + 1, empty ? `"meta":${text}` : `"meta":${text},`);
}

/** Bytes of which those from `start` up to `end` are replaced: in one piece of memory, and without a view of each part. */
function spliced(bytes: Buffer, start: number, end: number, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const made = Buffer.allocUnsafe(bytes.length - (end - start) + length);
  bytes.copy(made, 0, 0, start);
  made.write(text, start);
  bytes.copy(made, start + length, end);
  return made;
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** As `mergeMeta`, of meta as it was parsed, members that we do not know among it. */
function mergeJson(old: Json, patch: Meta): Json {
  const over = (name: 'tags' | 'routing' | 'requestPath') => ({ ...(old[name] as object | null | undefined), ...patch[name] });
  return { ...old, ...patch, tags: over('tags'), routing: over('routing'), requestPath: over('requestPath') };
}
