import type { DistantModel, GraphModel } from './graph-model.ts';
import { oneRow } from './one-row.ts';

/** Milliseconds of CPU of a row from which a thread pays: what it costs is a tenth of a millisecond, and a batch of 64 would hold all others up for as many. */
const slow = 2;

/** A model that can run in a thread of its own as well. */
export type PlaceableModel = GraphModel & { readonly elsewhere?: () => Promise<DistantModel> };

/** A model where it is to run, and why it is not here. */
export type Placed = { readonly model: GraphModel | DistantModel; readonly thread?: string };

/**
 * Moves a model of which a row takes long to a thread of its own, so that the event loop is free while it computes. Tried with a row of zeros,
 * of size 1 where any goes; one that refuses zeros stays.
 */
export async function placed({ elsewhere, ...here }: PlaceableModel, slowMs = slow): Promise<Placed> {
  const took = elsewhere ? rowMs(here) : 0;
  if (elsewhere === undefined || took < slowMs) return { model: here };
  const model = await elsewhere().catch((error: unknown) => {
    here.dispose();
    throw error;
  });
  here.dispose();
  return { model, thread: `of its own, as a row takes ${took.toFixed(0)} ms of CPU` };
}

/** The least CPU of some, after one that optimises the graph: unlike the clock, it is the same on a busy machine. */
function rowMs({ signature, predict }: GraphModel): number {
  const row = oneRow(signature.inputs);
  if (row === undefined) return Infinity;
  try {
    predict(row);
    const times = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      predict(row);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    return Math.min(...times);
  } catch {
    return 0;
  }
}
