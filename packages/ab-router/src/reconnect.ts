import { setTimeout as delay } from 'node:timers/promises';

/** Waits between attempts to connect: a unit that restarts is back within the blink of an eye, one that is gone is said to be so. */
const waitsMs = [50, 150];

/**
 * Tries again where the connection was refused: it has carried nothing, so the work cannot be done twice. Who is `hasty` has another to ask.
 * @param refused whether an outcome says so
 */
export async function reconnecting<T>(
  attempt: () => Promise<T>,
  refused: (outcome: T) => boolean,
  { hasty, signal }: { readonly hasty?: boolean; readonly signal?: AbortSignal },
): Promise<T> {
  let outcome = await attempt();
  if (hasty) return outcome;
  for (const wait of waitsMs) {
    if (!refused(outcome)) return outcome;
    await delay(wait, undefined, signal && { signal });
    outcome = await attempt();
  }
  return outcome;
}
