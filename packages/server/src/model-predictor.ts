import { answerEncoding, elementCount, InferenceError } from '@switchyard/protocol';
import type { Call, Description, Meta, Metric, ModelMetadata, Payload, Signature, Tensor } from '@switchyard/protocol';
import type { Model, Report } from './model.ts';
import { unavailable, type ModelSource, type Serving } from './model-source.ts';
import { whenThere, type Eventual } from './eventual.ts';
import type { Answer, Predictor } from './predictor.ts';

export type ModelPredictorOptions = {
  /** The unit of the graph that this model is, and its image: `meta.requestPath` of every answer. */
  readonly unit: string;
  readonly image: string;
  /** In metadata, such as `tensorflow`. */
  readonly platform: string;
  /** What Seldon's metadata says of it instead. */
  readonly described?: Description | undefined;
};

/**
 * A model, made a predictor: checks and converts what comes by the model's signature, predicts, and says in `meta` who did it.
 * Feedback is only counted: a model does not learn from it.
 */
export function modelPredictor(source: ModelSource, options: ModelPredictorOptions): Predictor {
  const requestPath = { [options.unit]: options.image };
  return {
    name: source.name,
    predict: (call) => source.use((serving) => predict(call, serving, requestPath)),
    feedback: async () => {},
    metadata: async () => describe(source, options),
    ready: async () => source.ready(),
  };
}

function predict(
  { id, message, signal }: Call,
  { model, convert, batcher, version }: Serving,
  requestPath: NonNullable<Meta['requestPath']>,
): Eventual<Answer> {
  const began = performance.now();
  const inputs = convert(message.payload);
  const converted = performance.now();
  const tags: Record<string, unknown> = { ...message.meta.tags };
  const metrics: Metric[] = [];
  const report: Report = {
    asked: message.meta.tags ?? {},
    encoding: message.encoding,
    tag: (key, value) => void (tags[key] = value),
    metric: (metric) => void metrics.push(metric),
  };

  function answer(outputs: readonly Tensor[], waitedMs: number): Answer {
    const computed = performance.now();
    const meta: Meta = { puid: id, tags, routing: {}, requestPath, ...(metrics.length > 0 && { metrics }) };
    const payload: Payload = { kind: 'tensors', tensors: finish(outputs, model.signature) };
    const encoding = answerEncoding(message.encoding, payload);
    const infer = computed - converted - waitedMs;
    const parts = { input: converted - began, queue: waitedMs, infer, output: performance.now() - computed };
    return { meta, encoding, payload, parts, ...(version !== undefined && { version }) };
  }

  if (!batcher) return whenThere(model.predict(inputs, report), (outputs) => answer(outputs, 0));
  return batcher.predict(inputs, report, signal).then(({ outputs, leads, waitedMs }) => {
    const own = answer(outputs, waitedMs);
    return leads ? own : { ...own, joined: true };
  });
}

/** Outputs with the column names of the signature, held to be whole and finite: whatever a model does wrong stops here. */
function finish(outputs: readonly Tensor[], signature: Signature): Tensor[] {
  return outputs.map((tensor, index) => {
    const spec = signature.outputs.find(({ name }) => name === tensor.name) ?? signature.outputs[index];
    const name = tensor.name || spec?.name || `output-${index}`;
    if (tensor.data.length !== elementCount(tensor.shape)) {
      throw new InferenceError(
        'INTERNAL',
        `the model gave ${tensor.data.length} elements for output "${name}" of shape [${tensor.shape.join(', ')}]`,
      );
    }
    if (tensor.data instanceof Float32Array || tensor.data instanceof Float64Array) {
      const bad = firstNotFinite(tensor.data);
      if (bad !== -1) throw new InferenceError('INTERNAL', `the model gave ${tensor.data[bad]} as element ${bad} of output "${name}"`);
    }
    const columns = tensor.columns ?? spec?.columns;
    return { ...tensor, name, ...(columns ? { columns } : {}) };
  });
}

function firstNotFinite(data: Float32Array | Float64Array): number {
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) return at;
  return -1;
}

function describe(source: ModelSource, { platform, described }: ModelPredictorOptions): ModelMetadata {
  const serving = source.current();
  if (!serving) {
    const ready = source.ready();
    throw unavailable(source.name, ready === true ? 'it is being loaded' : ready.reason);
  }
  const { model, version } = serving;
  return {
    name: source.name,
    versions: version === undefined ? [] : [version],
    platform,
    inputs: model.signature.inputs,
    outputs: model.signature.outputs,
    custom: { ...ranges(model.signature), ...classNames(model.signature), ...model.facts },
    ...(described && { described }),
  };
}

/** The range of each input, for clients: no protocol has a place of its own for it. */
function ranges({ inputs }: Model['signature']): Record<string, string> {
  return Object.fromEntries(inputs.flatMap(({ name, range }) => (range ? [[`range.${name}`, `${range.min}..${range.max}`]] : [])));
}

/** The names of each output's columns, a JSON array. */
function classNames({ outputs }: Model['signature']): Record<string, string> {
  return Object.fromEntries(outputs.flatMap(({ name, columns }) => (columns ? [[`columns.${name}`, JSON.stringify(columns)]] : [])));
}
