import type { Tree } from '@switchyard/forest';
import type { TreeFolder } from './tree-folder.ts';

export type TreeKeeper = {
  /** To be told of each tree. */
  keep(index: number, tree: Tree): void;
  /** Waits for a write under way, where the trees have come elsewhere. @throws what a write threw. */
  settle(): Promise<void>;
  /** Writes what is left. @throws what a write threw. */
  finish(): Promise<void>;
};

/** In milliseconds. */
type Pauses = { readonly least: number; readonly most: number };

const pauses: Pauses = { least: 200, most: 2000 };

/**
 * Writes grown trees as they come, one file at a time, with a pause of a fifth of the time so far, from 0.2 to 2 seconds: what a crash costs
 * is the trees of one pause, and what the writing costs is the same for any number of trees.
 */
export function treeKeeper(folder: Pick<TreeFolder, 'write'>, { least, most }: Pauses = pauses): TreeKeeper {
  let fresh = new Map<number, Tree>();
  let writing: Promise<void> = Promise.resolve();
  const began = performance.now();
  let last = began;
  let failure: unknown;
  let busy = false;

  const flush = (): void => {
    if (fresh.size === 0 || busy) return;
    const batch = fresh;
    fresh = new Map();
    busy = true;
    writing = folder
      .write(batch)
      .catch((error: unknown) => void (failure ??= error))
      .finally(() => {
        busy = false;
        last = performance.now();
      });
  };
  const settle = async (): Promise<void> => {
    await writing;
    if (failure !== undefined) throw failure;
  };
  return {
    settle,
    keep(index, tree) {
      fresh.set(index, tree);
      const now = performance.now();
      if (now - last >= Math.min(most, Math.max(least, (now - began) / 5))) flush();
    },
    async finish() {
      await settle();
      flush();
      await settle();
    },
  };
}
