/** An object as a listing tells of it. */
export type Listed = {
  /** Below the store's own prefix, with `/`. */
  readonly key: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970, by the server's clock. */
  readonly modified: number;
};

/** What must hold for a write: that nothing is there, or still just what was read (its `tag`: an ETag, a generation). */
export type Condition = 'absent' | { readonly tag: string };

/**
 * What a store needs of S3 or Google Cloud Storage: a prefix of a bucket with conditional writes, and listings that show at once what was
 * written. Keys are below the prefix. All methods try again after what passes (429, 5xx, broken connections), and throw ArtifactError
 * UNAVAILABLE, which names the bucket and never a secret.
 */
export interface Bucket {
  /** Such as `s3://bucket/prefix`. */
  readonly uri: string;
  /** All objects whose key begins so, in the order of their keys. */
  list(prefix: string): Promise<Listed[]>;
  /** A small object. `undefined` where there is none. */
  get(key: string): Promise<{ readonly content: Buffer; readonly tag: string } | undefined>;
  /** An object of any size, in pieces; after a broken connection it goes on where it was. `undefined` where there is none. */
  read(key: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Writes a small object. False where the condition does not hold. */
  put(key: string, content: Uint8Array, condition?: Condition): Promise<boolean>;
  /** Writes a file of any size, with bounded memory, where nothing is yet. False where something is. */
  putFile(key: string, path: string): Promise<boolean>;
  /** No matter whether it is there. */
  remove(key: string): Promise<void>;
  /** Gives up the uploads in parts that a dead writer began, of keys that begin so. */
  abandonUploads(prefix: string): Promise<void>;
}
