import type { StoredType } from './feature-file.ts';
import type { DiskTable } from './work-file.ts';

/** A part of a source, looked at but not read: how much it is, and how to get its features into a file. */
export type PartPlan = {
  /** What its features take in memory, in bytes; of text and images as an estimate. */
  readonly bytes: number;
  /**
   * Its rows from a file: that of the source, where the features lie there as they are, or a work file in the folder.
   * @param atLeast The least type of features, where another part has it. @throws DatasetError
   */
  convert(folder: string, atLeast: StoredType): Promise<DiskTable>;
};

export type Plan = { readonly train: PartPlan; readonly test?: PartPlan };
