import { open, readFile, stat } from 'node:fs/promises';

const mebibyte = 1 << 20;
/** Files up to this size are sent whole. */
const whole = 8 * mebibyte;
/** So many parts are in memory, and on their way, at once. */
const atOnce = 4;

/** The content of a small file, the size of a large one. */
export async function readWhole(path: string): Promise<{ content: Buffer } | { bytes: number }> {
  const { size } = await stat(path);
  return size <= whole ? { content: await readFile(path) } : { bytes: size };
}

/** 8 MiB; more where a file had more than 10 000 parts, which S3 does not take. Whole MiB, as Google wants them to be of 256 KiB. */
export const partSize = (bytes: number): number => Math.max(whole, Math.ceil(bytes / 10_000 / mebibyte) * mebibyte);

/** Gives `send` a file in parts, several at once, by their number from 0. */
export async function inParts(path: string, size: number, send: (part: Buffer, at: number) => Promise<void>): Promise<void> {
  const file = await open(path, 'r');
  try {
    const count = Math.ceil((await file.stat()).size / size);
    await inParallel(
      Array.from({ length: count }, (_, at) => at),
      async (at) => {
        const part = Buffer.allocUnsafe(size);
        const { bytesRead } = await file.read(part, 0, size, at * size);
        await send(part.subarray(0, bytesRead), at);
      },
    );
  } finally {
    await file.close();
  }
}

/** Works on all, four at a time. After a failure no more are begun; it is thrown when those under way are done. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && failures.length === 0; item = queue.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
