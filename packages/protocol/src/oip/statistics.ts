import { ModelStatisticsRequest, ModelStatisticsResponse, type StatisticDuration } from '../generated/messages.ts';
import { asBuffer } from '../raw.ts';
import { decodeProto } from '../wire-fields.ts';
import type { ModelReference } from './metadata.ts';

/** How often, and how long in all. */
export type Duration = { readonly count: number; readonly nanoseconds: number };

/** What became of the requests to one version of a model. */
export type ModelStatistics = {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970; 0 where there was none yet. */
  readonly lastInference: number;
  /** Rows that were answered. */
  readonly inferences: number;
  readonly executions: number;
  readonly success: Duration;
  readonly fail: Duration;
  /** What the time of those that were answered was spent on; absent where that is not known, as of a graph. */
  readonly parts?: {
    readonly queue: Duration;
    readonly input: Duration;
    readonly infer: Duration;
    readonly output: Duration;
  };
};

/** An empty name is all models. @throws InferenceError INVALID_ARGUMENT */
export function decodeModelStatisticsRequest(bytes: Uint8Array): ModelReference {
  const { name, version } = decodeProto(ModelStatisticsRequest, bytes, 'inference.ModelStatisticsRequest');
  return { name: name ?? '', ...(version ? { version } : {}) };
}

export function encodeModelStatistics(models: readonly ModelStatistics[]): Buffer {
  return asBuffer(ModelStatisticsResponse.encode({ model_stats: models.map(statsOf) }).finish());
}

/** `GET /v2/models/{name}/stats` */
export function modelStatisticsJson(models: readonly ModelStatistics[]): Buffer {
  return Buffer.from(JSON.stringify({ model_stats: models.map((model) => ({ ...statsOf(model), batch_stats: [] })) }));
}

/** As Triton writes them. Where the parts of a request are not known, all of its time is said to be the model's. */
function statsOf({ name, version, lastInference, inferences, executions, success, fail, parts }: ModelStatistics) {
  const none = { count: 0, nanoseconds: 0 };
  return {
    name,
    version,
    last_inference: lastInference,
    inference_count: inferences,
    execution_count: executions,
    inference_stats: {
      success: durationOf(success),
      fail: durationOf(fail),
      queue: durationOf(parts?.queue ?? none),
      compute_input: durationOf(parts?.input ?? none),
      compute_infer: durationOf(parts?.infer ?? success),
      compute_output: durationOf(parts?.output ?? none),
    },
  };
}

function durationOf({ count, nanoseconds }: Duration): Required<{ [K in keyof StatisticDuration]: number }> {
  return { count, ns: Math.round(nanoseconds) };
}
