import type { Artifact } from '@switchyard/artifact';
import type { Encoding, Metric, Signature, Tensor } from '@switchyard/protocol';

/** What a client asked beside its inputs, and what a model may say beside its answer: tags for `meta.tags`, metrics for `meta.metrics` and Prometheus. */
export type Report = {
  /**
   * The request's `meta.tags`; of the Open Inference Protocol its `parameters`, and `true` for each output that it asks for by name. What a
   * model does not know is not for it.
   */
  readonly asked: Readonly<Record<string, unknown>>;
  /** How the request was written: `oip` carries any number of outputs and no tags, Seldon's a single output and tags. */
  readonly encoding: Encoding;
  tag(key: string, value: unknown): void;
  metric(metric: Metric): void;
};

/**
 * What a runtime writes: rows in, rows out. Checking against the signature, converting, scaling, metrics and reload are the server's,
 * around it: `inputs` always match the signature, in its order, shapes and datatypes, finite, in range, and already scaled as the
 * artifact's `scaling` states: values as the model was trained on.
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
  /** The inputs' arrays may be views of the request: read them, do not write to them or keep them. */
  predict(inputs: readonly Tensor[], report?: Report): Promise<readonly Tensor[]> | readonly Tensor[];
  dispose(): void;
  /**
   * It answers many rows at once in less time than one after the other: then requests that come at the same time share a call. Whether it
   * answers each row as if it were alone is tried when it is loaded. What it tells of a call, by `report`, is told of each request in it.
   */
  readonly batching?: boolean;
  /** Further facts for metadata and metrics, such as the backend that computes. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** @throws ArtifactError where the artifact is not what this runtime serves. */
export type ModelLoader = (artifact: Artifact) => Promise<Model>;
