import type { Message } from '../call.ts';
import { lazyMessage } from '../lazy.ts';
import { asBuffer } from '../raw.ts';
import { embedded, wireFields, type WireField } from '../wire-fields.ts';
import { contentOfProto, dataField } from './proto-data.ts';
import { metaField, metaOfProto } from './proto-meta.ts';

const META = 2;

/**
 * A seldon.protos.SeldonMessage. Nothing is decoded before it is asked for: `meta` decodes the meta alone, `payload` the data alone, and
 * whatever is wrong with the bytes is told then, as InferenceError INVALID_ARGUMENT. Packed numbers are a view over `bytes` where they are aligned.
 */
export function decodeSeldonProto(bytes: Uint8Array): Message {
  let scanned: WireField[] | undefined;
  const fields = () => (scanned ??= wireFields(bytes));
  const meta = () => {
    const own = embedded(bytes, fields(), META);
    return own ? metaOfProto(own) : {};
  };
  return lazyMessage(
    meta,
    () => contentOfProto(bytes, fields()),
    () => ({ format: 'seldon-proto', body: bytes }),
  );
}

/** The bytes of a SeldonMessage: the very bytes that came, if it came as such; else made anew, in the message's encoding. */
export function encodeSeldonProto(message: Message): Buffer {
  const { wire } = message;
  if (wire?.format === 'seldon-proto') return asBuffer(wire.body);
  return Buffer.concat([metaField(message.meta), dataField(message.payload, message.encoding)]);
}
