import type { IncomingMessage } from 'node:http';
import { InferenceError } from '@switchyard/protocol';

/** Whether a request says by its header alone that it is too large. */
export function tooLarge(request: IncomingMessage, limit: number): InferenceError | undefined {
  const declared = Number(request.headers['content-length'] ?? 0);
  return declared > limit ? overLimit(`the body has ${declared} bytes`, limit) : undefined;
}

/**
 * The whole body of a request. One that is refused on the way is read on, without being kept, so that the client gets to read its answer.
 * @param charge Told of the bytes of each piece; it may refuse them.
 * @throws InferenceError PAYLOAD_TOO_LARGE; CANCELLED when the client goes before the end; what `charge` throws
 */
export function readBody(request: IncomingMessage, limit: number, charge: (bytes: number) => void = () => {}): Promise<Buffer> {
  const refused = tooLarge(request, limit);
  if (refused) return Promise.reject(refused);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const keep = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) throw overLimit(`the body has more than ${limit} bytes`, limit);
      charge(chunk.length);
      chunks.push(chunk);
    };
    let refused = false;
    request.on('data', (chunk: Buffer) => {
      if (refused) return;
      try {
        keep(chunk);
      } catch (error) {
        refused = true;
        chunks.length = 0;
        reject(error);
      }
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', (cause) => reject(new InferenceError('CANCELLED', 'the client went before its request was read', { cause })));
  });
}

export function overLimit(what: string, limit: number): InferenceError {
  return new InferenceError('PAYLOAD_TOO_LARGE', `${what}; this server takes ${limit} (${(limit / 1024 ** 2).toFixed(1)} MiB)`);
}

/** `application/json` of `Application/JSON; charset=utf-8`; empty where there is no such header. */
export function mediaType(request: IncomingMessage): string {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** Whether a body is JSON: it says so, or says nothing, or begins with `{`, as `curl -d` calls everything a form. */
export function isJson(request: IncomingMessage, body: Buffer): boolean {
  const type = mediaType(request);
  return type === '' || type === 'application/json' || (type === 'application/x-www-form-urlencoded' && body[0] === 0x7b);
}

export function unsupported(type: string, taken: readonly string[]): InferenceError {
  return new InferenceError('UNSUPPORTED_MEDIA_TYPE', `content-type "${type}" is not taken; send ${taken.join(' or ')}`);
}
