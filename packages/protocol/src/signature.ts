import type { Datatype } from './tensor.ts';

/** What a model states of one tensor that it takes or gives. */
export type TensorSpec = {
  readonly name: string;
  readonly datatype: Datatype;
  /** −1 is any size; the first dimension is the rows of a batch. */
  readonly shape: readonly number[];
  /** The values that a client may send, both ends included. Absent: any finite number. */
  readonly range?: { readonly min: number; readonly max: number };
  /** Of an input of floats: NaN may be sent, for a value that is missing. */
  readonly missing?: true;
  /** Names of the last dimension's columns: the class names of a classifier's output, the feature names of a table. */
  readonly columns?: readonly string[];
};

/** What goes into a model and what comes out: the contract that its clients are held to. */
export type Signature = {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
};
