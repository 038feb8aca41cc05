import type { Message, Meta, Wire } from '../call.ts';
import { members, skipBlanks } from '../json/members.ts';
import { numbersAsWritten } from '../json/exact.ts';
import { asObject, type Json } from '../json/expect.ts';
import { parseJson } from '../json/syntax.ts';
import { lazyMessage } from '../lazy.ts';
import { asBuffer } from '../raw.ts';
import { mayHaveMeta } from './json.ts';
import { jsonOfMeta, mergeMeta, metaText } from './meta.ts';
import { withMetaBytes } from './proto-meta.ts';

type Patched = { readonly base: Message; readonly patch: Meta };

/** What was laid over what, so that laying more over it starts from the bytes that came, once. */
const patched = new WeakMap<Message, Patched>();

/**
 * A message with other meta: maps are merged key by key, where the patch wins; all else that the patch has replaces.
 * Of a message that came off the wire, only the bytes of its meta are made anew, when they are asked for; its data is copied as it stands,
 * so that 1.0 stays 1.0 and every integer stays itself.
 *
 *     withMeta(message, { routing: { 'ab-router': 1 } })
 */
export function withMeta(message: Message, patch: Meta): Message {
  const before = patched.get(message);
  const base = before?.base ?? message;
  const whole = before ? mergeMeta(before.patch, patch) : patch;
  const meta = () => mergeMeta(base.meta, whole);
  const result = lazyMessage(meta, () => base, base.wire && (() => patchWire(base.wire as Wire, whole, meta)));
  patched.set(result, { base, patch: whole });
  return result;
}

function patchWire({ format, body }: Wire, patch: Meta, meta: () => Meta): Wire {
  return { format, body: format === 'seldon-json' ? spliceMeta(asBuffer(body), patch) : withMetaBytes(body, meta()) };
}

/** JSON with its meta patched: all other bytes as they were, and of meta itself what the patch does not touch. */
function spliceMeta(body: Buffer, patch: Meta): Buffer {
  const all = mayHaveMeta(body) ? members(body) : [];
  const old = all.findLast(({ name }) => name === 'meta');
  if (!old) return insertMeta(body, metaText(jsonOfMeta(patch)));
  const json = parseJson(body.subarray(old.start, old.end), 'meta', numbersAsWritten) ?? {};
  const text = metaText(mergeJson(asObject(json, 'meta'), patch));
  return Buffer.concat([body.subarray(0, old.start), Buffer.from(text), body.subarray(old.end)]);
}

function insertMeta(body: Buffer, text: string): Buffer {
  const open = skipBlanks(body, 0);
  if (body[open] !== OPEN_OBJECT) members(body); // which says what is wrong
  const empty = body[skipBlanks(body, open + 1)] === CLOSE_OBJECT;
  return Buffer.concat([body.subarray(0, open + 1), Buffer.from(`"meta":${text}${empty ? '' : ','}`), body.subarray(open + 1)]);
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** As `mergeMeta`, of meta as it was parsed, members that we do not know among it. */
function mergeJson(old: Json, patch: Meta): Json {
  const over = (name: 'tags' | 'routing' | 'requestPath') => ({ ...(old[name] as object | null | undefined), ...patch[name] });
  return { ...old, ...patch, tags: over('tags'), routing: over('routing'), requestPath: over('requestPath') };
}
