/**
 * Data that cannot be used: which file, where in it, and why.
 *
 *     new DatasetError('iris.csv', 'line 7, column 2 ("width")', '"?" is not a number').message
 *     // iris.csv: line 7, column 2 ("width"): "?" is not a number
 */
export class DatasetError extends Error {
  override readonly name = 'DatasetError';
  readonly file: string;
  /** `byte 4`, `line 7, column 2`, `row 12`; absent where the whole file is meant. */
  readonly position: string | undefined;
  readonly reason: string;

  constructor(file: string, position: string | undefined, reason: string, options?: ErrorOptions) {
    super([file, position, reason].filter((part) => part !== undefined).join(': '), options);
    this.file = file;
    this.position = position;
    this.reason = reason;
  }
}
