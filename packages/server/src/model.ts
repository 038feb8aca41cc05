import type { Artifact } from '@switchyard/artifact';
import type { Signature, Tensor } from '@switchyard/protocol';

/**
 * What a runtime writes: rows in, rows out. Checking against the signature, converting, batching, metrics and reload are the server's,
 * around it: `inputs` always match the signature, in its order and datatypes, finite and in range.
 *
 * @example
 *     const model: Model = {
 *       signature: artifact.manifest.signature,
 *       predict: ([x]) => [{ name: 'y', datatype: 'FP32', shape: [x.shape[0], 1], data: sumRows(x) }],
 *       dispose() {},
 *     };
 */
export interface Model {
  readonly signature: Signature;
  predict(inputs: readonly Tensor[]): Promise<readonly Tensor[]> | readonly Tensor[];
  dispose(): void;
  /** Further facts for metadata and metrics, such as the backend that computes. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** @throws ArtifactError where the artifact is not what this runtime serves. */
export type ModelLoader = (artifact: Artifact) => Promise<Model>;
