/**
 * - `NOT_FOUND`: there is no such model, version or file
 * - `CORRUPT`: what is there is not what was published
 * - `INVALID_MANIFEST`: `model.json` does not say what a manifest must say
 * - `INVALID_FILES`: a trainer wrote what cannot be published
 * - `INVALID_REFERENCE`: no model or version can have this name
 * - `FOREIGN`: sound, but of a format or signature that this runtime does not serve
 * - `UNSUPPORTED_STORE`: no store has this address
 * - `UNAVAILABLE`: the store itself fails: permission, space, network
 */
export type ArtifactErrorCode =
  | 'NOT_FOUND'
  | 'CORRUPT'
  | 'INVALID_MANIFEST'
  | 'INVALID_FILES'
  | 'INVALID_REFERENCE'
  | 'FOREIGN'
  | 'UNSUPPORTED_STORE'
  | 'UNAVAILABLE';

/**
 * The one error of artifacts and stores. Its message is for an operator: it names the model, the version, the file, what was expected
 * and what was found.
 *
 *     throw new ArtifactError('FOREIGN', `model "mnist" version 3: the forest has 9 classes, its signature 10`);
 */
export class ArtifactError extends Error {
  override readonly name = 'ArtifactError';
  readonly code: ArtifactErrorCode;

  constructor(code: ArtifactErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Runs `work`; an error of the operating system becomes `UNAVAILABLE`, saying what could not be done. Others pass as they are. */
export async function whileDoing<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errno(error) === undefined) throw error;
    throw new ArtifactError('UNAVAILABLE', `cannot ${doing}: ${(error as Error).message}`, { cause: error });
  }
}

/** `'ENOENT'` and its like, of an error that the operating system gave. */
export function errno(error: unknown): string | undefined {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  return typeof syscall === 'string' && typeof code === 'string' ? code : undefined;
}
