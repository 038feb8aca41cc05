import type { Registry } from 'prom-client';
import { histogram } from './metric-children.ts';
import type { Parts } from './predictor.ts';

/** The figures of one version of a model. */
export type InferenceFigures = {
  /** A request that it answered, and what of the time was spent on what, where that is known. */
  answered(milliseconds: number, parts: Parts | undefined): void;
  /** A call of the model, by the rows that it answered. */
  called(rows: number): void;
};

const buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Versions whose figures are kept: during a reload two serve, and a process may live through any number of them. */
const most = 4;

/**
 * Histograms by model and version, under the names that others have given them: MLServer of the whole of an inference, KServe of its parts. The
 * time that a request waits for a call of the model has a name of ours, as neither has one.
 *
 * @example
 *     const figures = inferenceMetrics(registry)('mnist', '3');
 *     figures.answered(0.4, { input: 0.01, queue: 0.1, infer: 0.28, output: 0.01 });
 */
export function inferenceMetrics(registry: Registry): (model: string, version: string) => InferenceFigures {
  const seconds = (name: string, help: string, labelNames: readonly string[]) =>
    histogram(registry, { name, help: `${help}, in seconds.`, labelNames, buckets, most });
  const own = ['model', 'version'];
  const kserve = ['model_name', 'model_version'];
  const whole = seconds('model_infer_request_duration', 'Inferences that were answered', own);
  const input = seconds('request_preprocess_seconds', 'Checking and converting what a request brings', kserve);
  const queue = seconds('switchyard_inference_queue_seconds', 'Waiting for a call of the model', own);
  const infer = seconds('request_predict_seconds', 'The call of the model that answered a request', kserve);
  const output = seconds('request_postprocess_seconds', 'Checking what the model gave', kserve);
  const rows = histogram(registry, {
    name: 'switchyard_batch_rows',
    help: 'Rows of a call of a model whose calls requests share.',
    labelNames: own,
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
    most,
  });

  return (model, version) => {
    const all = whole(model, version);
    const find = () => [input(model, version), queue(model, version), infer(model, version), output(model, version)] as const;
    let parted: ReturnType<typeof find> | undefined; // of a graph, never
    let calls: ReturnType<typeof rows> | undefined; // of what does not batch, never
    return {
      answered(milliseconds, parts) {
        all.observe(milliseconds / 1000);
        if (parts === undefined) return;
        const [ofInput, ofQueue, ofInfer, ofOutput] = (parted ??= find());
        ofInput.observe(parts.input / 1000);
        ofQueue.observe(parts.queue / 1000);
        ofInfer.observe(parts.infer / 1000);
        ofOutput.observe(parts.output / 1000);
      },
      called: (count) => (calls ??= rows(model, version)).observe(count),
    };
  };
}
