import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { InferenceError } from '@switchyard/protocol';
import { overLimit } from '../rest/body.ts';

type Decoder = (message: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const decoders = new Map<string, Decoder>([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
]);

/** What messages may be compressed with, as `grpc-accept-encoding` says it. */
export const acceptedEncodings = ['identity', ...decoders.keys()].join(',');

/**
 * A message of which its frame says that it is compressed, by the call's `grpc-encoding`, unpacked.
 * @throws InferenceError UNIMPLEMENTED for an encoding that is not known, INTERNAL without one, PAYLOAD_TOO_LARGE beyond `limit`, INVALID_ARGUMENT
 */
export async function unpack(message: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity')
    throw new InferenceError('INTERNAL', 'the frame says that the message is compressed, and the call has no grpc-encoding to say how'); // gRPC's own word for it
  const decode = decoders.get(encoding);
  if (!decode) throw new InferenceError('UNIMPLEMENTED', `grpc-encoding "${encoding}" is not taken; send ${acceptedEncodings}`);
  try {
    return await decode(message, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw overLimit(`the message, unpacked from ${encoding}, has more than ${limit} bytes`, limit);
    throw new InferenceError('INVALID_ARGUMENT', `the message is no ${encoding}: ${(cause as Error).message}`, { cause });
  }
}
