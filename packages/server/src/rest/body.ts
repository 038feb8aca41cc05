import type { IncomingMessage } from 'node:http';
import { InferenceError } from '@switchyard/protocol';
import type { Work } from '../work.ts';

/** Whether a request says by its header alone that it is too large. */
export function tooLarge(request: IncomingMessage, limit: number): InferenceError | undefined {
  const declared = Number(request.headers['content-length'] ?? 0);
  return declared > limit ? overLimit(`the body has ${declared} bytes`, limit) : undefined;
}

/** Whether a client sends its body only when it is told to, by `100 Continue`. */
export const awaitsWord = ({ headers, httpVersionMinor }: IncomingMessage): boolean => headers.expect !== undefined && httpVersionMinor > 0;

/**
 * The whole body of a request. One that is refused on the way is read on, without being kept, so that the client gets to read its answer.
 * @param work Told of the bytes of each piece; it may refuse them.
 * @throws InferenceError PAYLOAD_TOO_LARGE; CANCELLED when the client goes before the end; what `work` throws
 */
export function readBody(request: IncomingMessage, limit: number, work?: Pick<Work, 'charge'>): Promise<Buffer> {
  const refused = tooLarge(request, limit);
  if (refused) return Promise.reject(refused);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const keep = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) throw overLimit(`the body has more than ${limit} bytes`, limit);
      work?.charge(chunk.length);
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
    request.on('end', () => resolve(joined(chunks, length, Number(request.headers[headLength] ?? 0))));
    request.on('error', (cause) => reject(new InferenceError('CANCELLED', 'the client went before its request was read', { cause })));
  });
}

/** How many bytes of a binary request are JSON; the raw bytes of its tensors follow. */
export const headLength = 'inference-header-content-length';

/** The pieces as one, of which what follows the first `head` bytes lies so that numbers of any datatype are read where they are, without a copy. */
function joined(chunks: readonly Buffer[], length: number, head: number): Buffer {
  if (chunks.length === 1) return chunks[0] as Buffer;
  const start = (widest - (Math.trunc(head) % widest || 0)) % widest;
  const body = Buffer.allocUnsafe(start + length).subarray(start);
  let end = 0;
  for (const chunk of chunks) {
    body.set(chunk, end);
    end += chunk.length;
  }
  return body;
}

const widest = 8; // bytes of a number; memory of a Buffer of its own begins at a multiple of it

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
  return type === '' || type === 'application/json' || (type === form && body[0] === 0x7b);
}

export const form = 'application/x-www-form-urlencoded';

/** What a body is, whatever `curl -d` calls it. */
export function contentType(request: IncomingMessage, body: Buffer): string {
  return isJson(request, body) ? 'application/json' : (request.headers['content-type'] ?? '');
}

export function unsupported(type: string, taken: readonly string[]): InferenceError {
  return new InferenceError('UNSUPPORTED_MEDIA_TYPE', `content-type "${type}" is not taken; send ${taken.join(' or ')}`);
}
