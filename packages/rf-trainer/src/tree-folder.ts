import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@switchyard/config';
import { decodeForest, encodeForest, ForestError, type Forest, type Tree } from '@switchyard/forest';
import { writeWhole } from '@switchyard/training';

/** All that decides what a forest's trees are: whoever agrees in it grows the same trees. */
export type ForestKey = {
  /** sha256 of the training rows. */
  readonly dataset: string;
  readonly rows: number;
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** Where the grown trees of one forest are kept until it is published: by one process or by many, on one disk or a shared volume. */
export type TreeFolder = {
  readonly directory: string;
  /** The trees that are there. @throws UserError where a file is damaged, or two do not agree in a tree. */
  read(): Promise<Map<number, Tree>>;
  /** Keeps trees: written beside, synced, renamed. A crash leaves all of them or none. */
  write(trees: ReadonlyMap<number, Tree>): Promise<void>;
  /** What else is kept in this place, as the keys of other forests: for an error's words. */
  others(): Promise<ForestKey[]>;
  remove(): Promise<void>;
};

const suffix = '.trees';
const keyFile = 'forest.json';

/**
 * The folder of a forest's trees: `<work>/<name>/<digest of the key>/`, with files of some trees each, in the format of `forest.bin` behind a
 * line of JSON that says which they are. Trees of another key are in another folder, so never mixed.
 *
 * @param like The forest's facts, with no trees.
 */
export function treeFolder(work: string, name: string, key: ForestKey, like: Omit<Forest, 'trees'>): TreeFolder {
  const text = JSON.stringify(key, undefined, 2);
  const place = join(work, name);
  const directory = join(place, createHash('sha256').update(text).digest('hex').slice(0, 16));
  return {
    directory,
    async read() {
      const trees = new Map<number, Tree>();
      const bytes = new Map<number, string>();
      for (const file of (await names(directory)).filter((each) => each.endsWith(suffix))) {
        for (const [index, tree] of await readTrees(join(directory, file))) {
          const digest = digestOf({ ...like, trees: [tree] });
          if ((bytes.get(index) ?? digest) !== digest)
            throw new UserError(
              `${directory}: tree ${index} is there twice, and not the same: were they grown by other versions? Remove the folder`,
            );
          bytes.set(index, digest);
          trees.set(index, tree);
        }
      }
      return trees;
    },
    async write(trees) {
      await writeWhole(join(directory, keyFile), Buffer.from(`${text}\n`));
      const indexes = [...trees.keys()].toSorted((a, b) => a - b);
      const head = Buffer.from(`${JSON.stringify({ trees: indexes })}\n`);
      const forest = encodeForest({ ...like, trees: indexes.map((index) => trees.get(index) as Tree) });
      const file = `${String(indexes[0]).padStart(6, '0')}-${randomUUID()}${suffix}`;
      await writeWhole(join(directory, file), head, forest);
    },
    async others() {
      const keys = (await names(place)).map((each) => readFile(join(place, each, keyFile), 'utf8').catch(() => ''));
      return (await Promise.all(keys))
        .filter((each) => each !== '' && each.trimEnd() !== text)
        .map((each) => JSON.parse(each) as ForestKey);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function readTrees(path: string): Promise<Map<number, Tree>> {
  const bytes = await readFile(path);
  const line = bytes.indexOf(0x0a);
  try {
    const { trees: indexes } = JSON.parse(bytes.toString('utf8', 0, line)) as { trees: number[] };
    const { trees } = decodeForest(bytes.subarray(line + 1));
    if (trees.length !== indexes.length) throw new ForestError(`${trees.length} trees where ${indexes.length} are stated`);
    return new Map(indexes.map((index, at) => [index, trees[at] as Tree]));
  } catch (error) {
    if (!(error instanceof ForestError || error instanceof SyntaxError)) throw error;
    throw new UserError(`${path}: not a sound file of trees: ${error.message}; remove it, and its trees are grown again`, { cause: error });
  }
}

const digestOf = (forest: Forest): string => createHash('sha256').update(encodeForest(forest)).digest('hex');

const names = (directory: string): Promise<string[]> =>
  readdir(directory).then(
    (found) => found.toSorted(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
