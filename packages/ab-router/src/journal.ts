import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A reward as it is kept: by the name of its arm, so that it outlives a change of the graph. */
export type JournalEntry = { readonly arm: string; readonly rows: number; readonly sum: number };

/** What a bandit has learned, kept where it survives its process. */
export type Journal = {
  /** Of former runs, oldest first. */
  readonly rewards: readonly JournalEntry[];
  /** Resolves when the entry is in the file; entries are written in the order of their calls. */
  append(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
};

/** Remembers nothing. */
export const noJournal: Journal = { rewards: [], append: async () => {}, close: async () => {} };

/** A journal that cannot be read; its message names the file and the line. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * Opens a journal: a text file of one JSON object a line. What was there is read, summed up by arm and written anew in the place of the old
 * file, by rename; so the file begins short, and a last line that a crash cut off is gone. The same is done again after `compactAfter`
 * entries. An entry is in the hands of the operating system when `append` resolves: it survives the process, though not the machine's loss
 * of power.
 *
 * @throws JournalError where a line before the last is not an entry
 */
export async function openJournal(file: string, compactAfter = 100_000): Promise<Journal> {
  await mkdir(dirname(file), { recursive: true });
  const sums: Sums = new Map();
  for (const entry of await readEntries(file)) add(sums, entry);
  const rewards = [...sums.values()];
  let written = await begin(file, sums);
  let entries = 0;
  let waiting: JournalEntry[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  /** Writes all that wait, once those before are written. */
  async function flush(before: Promise<void>): Promise<void> {
    await before.catch(() => {}); // whoever waits for those is told
    const batch = waiting;
    waiting = [];
    next = undefined;
    await write(written, batch.map(lineOf).join(''));
    for (const entry of batch) add(sums, entry);
    entries += batch.length;
    if (entries >= compactAfter) await compact();
  }

  /** The entries are safe in the old file: should this fail, it is tried again later. */
  async function compact(): Promise<void> {
    entries = 0;
    const old = written.handle;
    const fresh = await begin(file, sums).catch(() => undefined);
    if (fresh === undefined) return;
    written = fresh;
    await old.close();
  }

  return {
    rewards,
    append(entry) {
      waiting.push(entry);
      next ??= last = flush(last);
      return next;
    },
    async close() {
      await last.catch(() => {});
      await written.handle.close();
    },
  };
}

async function readEntries(file: string): Promise<JournalEntry[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').slice(0, -1); // behind the last newline there is nothing, or a line that was cut off
  return lines.map((line, index) => parseLine(line, `${file}, line ${index + 1}`));
}

function parseLine(line: string, where: string): JournalEntry {
  try {
    const { arm, rows, sum } = JSON.parse(line) as Partial<JournalEntry>;
    if (typeof arm === 'string' && Number.isSafeInteger(rows) && Number(rows) > 0 && Number.isFinite(sum))
      return { arm, rows, sum } as JournalEntry;
  } catch {
    // said below
  }
  throw new JournalError(`${where}: "${line.slice(0, 80)}" is not a reward; mend the line or move the file away to begin anew`);
}

/** What each arm's entries add up to. Policies learn from sums alone, so nothing is lost in them. */
type Sums = Map<string, JournalEntry>;

function add(sums: Sums, { arm, rows, sum }: JournalEntry): void {
  const before = sums.get(arm);
  sums.set(arm, { arm, rows: (before?.rows ?? 0) + rows, sum: (before?.sum ?? 0) + sum });
}

const lineOf = (entry: JournalEntry): string => `${JSON.stringify(entry)}\n`;

/** An open file and how much of it is whole entries. */
type Written = { readonly handle: FileHandle; size: number };

/** Puts a file of the sums in the place of the one that was there. */
async function begin(file: string, sums: Sums): Promise<Written> {
  const fresh = `${file}.new`;
  const text = [...sums.values()].map(lineOf).join('');
  await writeFile(fresh, text, { flush: true });
  await rename(fresh, file);
  return { handle: await open(file, 'a'), size: Buffer.byteLength(text) };
}

/** Appends; what a full disk let through of it is taken back, for the next entry would join it in one broken line. */
async function write(written: Written, text: string): Promise<void> {
  try {
    await written.handle.appendFile(text);
    written.size += Buffer.byteLength(text);
  } catch (error) {
    await written.handle.truncate(written.size).catch(() => {});
    throw error;
  }
}
