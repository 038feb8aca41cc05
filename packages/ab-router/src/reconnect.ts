import type { CallSignal } from '@switchyard/protocol';

/** Waits between attempts to connect: a unit that restarts is back within the blink of an eye, one that is gone is said to be so. */
const waitsMs = [50, 150];

/**
 * Tries again where the connection was refused: it has carried nothing, so the work cannot be done twice. Who has another to ask need not.
 * @param first the outcome so far
 * @param refused whether an outcome says so
 * @returns the last outcome
 */
export async function reconnect<T>(first: T, attempt: () => Promise<T>, refused: (outcome: T) => boolean, signal?: CallSignal): Promise<T> {
  let outcome = first;
  for (const wait of waitsMs) {
    if (!refused(outcome)) break;
    await pause(wait, signal);
    outcome = await attempt();
  }
  return outcome;
}

/** @throws what the signal was aborted with */
async function pause(milliseconds: number, signal: CallSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal?.addEventListener('abort', over);
  });
  signal?.throwIfAborted();
}
