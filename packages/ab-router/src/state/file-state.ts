import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ArmReward, type ArmState, microsPerUnit, StateError, type Totals, withRewards } from './arm-state.ts';

/**
 * State in a file of one reward a line, JSON. What was there is read, summed up by arm and written anew in the place of the old file, by
 * rename; so the file begins short, and a last line that a crash cut off is gone. The same is done again after `compactAfter` rewards. A
 * reward is in the hands of the operating system when `append` resolves: it survives the process, though not the machine's loss of power.
 * Rewards are written in the order of their calls.
 *
 * @throws StateError where a line before the last is not a reward
 */
export async function fileState(file: string, compactAfter = 100_000): Promise<ArmState> {
  await mkdir(dirname(file), { recursive: true });
  let totals = withRewards(new Map(), await readRewards(file));
  let written = await begin(file, totals);
  let count = 0;
  let waiting: ArmReward[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  /** Writes all that wait, once those before are written. */
  async function flush(before: Promise<void>): Promise<void> {
    await before.catch(() => {}); // whoever waits for those is told
    const batch = waiting;
    waiting = [];
    next = undefined;
    await write(written, batch.map(lineOf).join(''));
    totals = withRewards(totals, batch);
    count += batch.length;
    if (count >= compactAfter) await compact();
  }

  /** The rewards are safe in the old file: should this fail, it is tried again later. */
  async function compact(): Promise<void> {
    count = 0;
    const old = written.handle;
    const fresh = await begin(file, totals).catch(() => undefined);
    if (fresh === undefined) return;
    written = fresh;
    await old.close();
  }

  return {
    totals: () => totals,
    append(reward) {
      waiting.push(reward);
      next ??= last = flush(last);
      return next;
    },
    ready: () => true,
    async close() {
      await last.catch(() => {});
      await written.handle.close();
    },
  };
}

async function readRewards(file: string): Promise<ArmReward[]> {
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

/** In the file the sum is in units of the reward, for those who look into it. */
const lineOf = ({ arm, rows, micros }: ArmReward): string => `${JSON.stringify({ arm, rows, sum: micros / microsPerUnit })}\n`;

function parseLine(line: string, where: string): ArmReward {
  try {
    const { arm, rows, sum } = JSON.parse(line) as { arm?: unknown; rows?: unknown; sum?: unknown };
    if (typeof arm === 'string' && Number.isSafeInteger(rows) && Number(rows) > 0 && Number.isFinite(sum))
      return { arm, rows: Number(rows), micros: Math.round(Number(sum) * microsPerUnit) };
  } catch {
    // said below
  }
  throw new StateError(`${where}: "${line.slice(0, 80)}" is not a reward; mend the line or move the file away to begin anew`);
}

/** An open file and how much of it is whole rewards. */
type Written = { readonly handle: FileHandle; size: number };

/** Puts a file of the totals in the place of the one that was there. */
async function begin(file: string, totals: Totals): Promise<Written> {
  const fresh = `${file}.new`;
  const text = [...totals].map(([arm, sums]) => lineOf({ arm, ...sums })).join('');
  await writeFile(fresh, text, { flush: true });
  await rename(fresh, file);
  return { handle: await open(file, 'a'), size: Buffer.byteLength(text) };
}

/** Appends; what a full disk let through of it is taken back, for the next reward would join it in one broken line. */
async function write(written: Written, text: string): Promise<void> {
  try {
    await written.handle.appendFile(text);
    written.size += Buffer.byteLength(text);
  } catch (error) {
    await written.handle.truncate(written.size).catch(() => {});
    throw error;
  }
}
