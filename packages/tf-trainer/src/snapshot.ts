import type { Library, Variable } from '@switchyard/tensorflow';

/** The numbers of variables, each in the order of its tensor: a copy. */
export type Snapshot = readonly Float32Array[];

export function takeSnapshot(variables: readonly Variable[]): Snapshot {
  return variables.map((variable) => Float32Array.from(variable.dataSync()));
}

/** Puts the numbers of a snapshot into the variables that it was taken of, or others of the same shapes. */
export function restoreSnapshot(tf: Library, variables: readonly Variable[], snapshot: Snapshot): void {
  tf.tidy(() =>
    variables.forEach((variable, at) => variable.assign(tf.tensor(snapshot[at] as Float32Array, variable.shape, variable.dtype))),
  );
}
