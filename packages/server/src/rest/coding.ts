import { promisify } from 'node:util';
import { constants, deflate, gunzip, gzip, inflate, zstdCompress, zstdDecompress } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { InferenceError } from '@switchyard/protocol';
import type { Eventual } from '../eventual.ts';
import { overLimit } from './body.ts';
import type { Reply } from './exchange.ts';

type Decoder = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decoders = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['zstd', promisify(zstdDecompress)],
]);

/**
 * What makes a request's body of its Content-Encoding; undefined where the body is as it is.
 * @throws InferenceError UNSUPPORTED_MEDIA_TYPE for a coding that is not known
 */
export function decoderOf(request: IncomingMessage): ((body: Buffer, limit: number) => Promise<Buffer>) | undefined {
  const coding = request.headers['content-encoding']?.trim().toLowerCase();
  if (coding === undefined || coding === '' || coding === 'identity') return undefined;
  const decode = decoders.get(coding);
  if (!decode) {
    throw new InferenceError('UNSUPPORTED_MEDIA_TYPE', `content-encoding "${coding}" is not taken; send gzip, zstd, deflate or none`);
  }
  return (body, limit) =>
    decode(body, { maxOutputLength: limit }).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ERR_BUFFER_TOO_LARGE') throw overLimit(`the body, unpacked from ${coding}, has more than ${limit} bytes`, limit);
      throw new InferenceError('INVALID_ARGUMENT', `the body is no ${coding}: ${cause.message}`, { cause });
    });
}

/** Fast rather than small: an answer waits for it. */
const encoders = {
  zstd: (body: Buffer) => promisify(zstdCompress)(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 1 }),
  deflate: (body: Buffer) => promisify(deflate)(body, { level: 1 }),
} as const;

/** Shorter answers go in a few packets anyway, and would only come later. */
const least = 8 * 1024;

/** A reply as its client takes it, packed where that is worth its while. `accepted` is the header Accept-Encoding. */
export function encodeReply(reply: Reply, accepted: string | undefined): Eventual<Reply> {
  if (accepted === undefined || reply.body.length < least) return reply;
  const coding = bestCoding(accepted);
  if (!coding) return reply;
  const { vary } = reply.headers;
  return encoders[coding](Buffer.from(reply.body as string)).then((body) => ({
    ...reply,
    headers: { ...reply.headers, 'content-encoding': coding, vary: vary ? `${vary}, accept-encoding` : 'accept-encoding' },
    body,
  }));
}

/** The coding that a client likes best of those we have; of equal ones the first of ours. `*` is all that are not named. */
export function bestCoding(accepted: string): keyof typeof encoders | undefined {
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
    weights.set(name, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = (Object.keys(encoders) as (keyof typeof encoders)[]).toSorted((a, b) => weightOf(b) - weightOf(a));
  return best && weightOf(best) > 0 && weightOf(best) >= (weights.get('identity') ?? 0) ? best : undefined;
}
