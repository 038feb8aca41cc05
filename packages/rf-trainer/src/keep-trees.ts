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

/**
 * Writes grown trees as they come, but no more often than each `pauseMs`, and one file at a time: what a crash costs is the trees of that
 * time, and what the writing costs is the same for any number of trees.
 */
export function treeKeeper(folder: Pick<TreeFolder, 'write'>, pauseMs: number): TreeKeeper {
  let fresh = new Map<number, Tree>();
  let writing: Promise<void> = Promise.resolve();
  let last = performance.now();
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
      if (performance.now() - last >= pauseMs) flush();
    },
    async finish() {
      await settle();
      flush();
      await settle();
    },
  };
}
