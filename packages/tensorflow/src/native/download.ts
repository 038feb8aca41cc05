import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expectDigest } from './digest.ts';

const connectMs = 10_000;

/**
 * Downloads a file to `path`, which appears only when it is whole and has the digest. What an earlier try left is gone on with.
 *
 * @example
 *     await download('http://127.0.0.1:8080/lib.tar.gz', '/tmp/lib.tar.gz', '9f86d0…');
 * @throws Error naming the address, where it does not answer or has something else
 */
export async function download(address: string, path: string, sha256: string, signal?: AbortSignal): Promise<void> {
  const partial = `${path}.part`;
  const have = await sizeOf(partial);
  const response = await get(address, have, signal);
  if (response.status === 416) await response.body?.cancel(); // all of it was there already
  else await save(response, partial, response.status === 206);
  try {
    await expectDigest(partial, address, sha256);
  } catch (error) {
    await rm(partial, { force: true });
    if (have > 0) return download(address, path, sha256, signal); // what was left was not a part of this: once more, from its start
    throw error;
  }
  await rename(partial, path);
}

async function get(address: string, from: number, signal: AbortSignal | undefined): Promise<Response> {
  const slow = new AbortController();
  const timer = setTimeout(() => slow.abort(new Error(`no answer in ${connectMs / 1000} s`)), connectMs);
  try {
    const headers = from > 0 ? { range: `bytes=${from}-` } : {};
    const response = await fetch(address, { headers, signal: AbortSignal.any([slow.signal, ...(signal ? [signal] : [])]) });
    if (response.ok || (from > 0 && response.status === 416)) return response;
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  } catch (error) {
    throw new Error(`${address}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function save(response: Response, partial: string, append: boolean): Promise<void> {
  if (response.body === null) throw new Error(`${response.url}: an empty answer`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(partial, { flags: append ? 'a' : 'w' }));
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
