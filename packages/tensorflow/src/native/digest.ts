import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const chunk = 1 << 20; // large reads: the default 64 KB costs a third of the speed

/** The digest of a file, in hex; of npm's `integrity` in base64. */
export async function digestOf(path: string, algorithm = 'sha256', encoding: 'hex' | 'base64' = 'hex'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: chunk }), hash);
  return hash.digest(encoding);
}

/** @throws Error naming the file, what it should be and what it is. */
export async function expectDigest(path: string, what: string, sha256: string): Promise<void> {
  const found = await digestOf(path);
  if (found !== sha256) throw new Error(`${what}: its SHA-256 is ${found}, not ${sha256}`);
}
