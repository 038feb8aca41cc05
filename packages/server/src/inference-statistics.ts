import { rowCount, type Message, type ModelStatistics } from '@switchyard/protocol';
import { settle } from './eventual.ts';
import type { InferenceFigures } from './inference-metrics.ts';
import type { Metrics } from './metrics.ts';
import type { Answer, Parts, Predictor } from './predictor.ts';

type Sum = { count: number; nanoseconds: number };
type Counts = {
  lastInference: number;
  inferences: number;
  executions: number;
  readonly success: Sum;
  readonly fail: Sum;
  parts?: Readonly<Record<keyof Parts, Sum>>;
  readonly figures: InferenceFigures;
};
type Options = {
  /** How many rows a request has: a graph that passes messages on must not read them. */
  readonly rowsOf: (message: Message) => number;
  readonly metrics: Pick<Metrics, 'inferences'>;
};

/** What became of the requests that a predictor got, by version of its model; of the last two. */
export type InferenceStatistics = () => readonly ModelStatistics[];

const none = (): Sum => ({ count: 0, nanoseconds: 0 });

/**
 * A predictor that counts, and its figures, which are told to the metrics as well.
 *
 * @example
 *     const { predictor, statistics } = countInferences(inner, { rowsOf: rowsOfMessage, metrics });
 */
export function countInferences(
  inner: Predictor,
  { rowsOf, metrics }: Options,
): { readonly predictor: Predictor; readonly statistics: InferenceStatistics } {
  const byVersion = new Map<string, Counts>();
  let last = '';

  function countsOf(version: string): Counts {
    last = version;
    let counts = byVersion.get(version);
    if (counts) return counts;
    const figures = metrics.inferences(inner.name, version);
    counts = { lastInference: 0, inferences: 0, executions: 0, success: none(), fail: none(), figures };
    byVersion.set(version, counts);
    if (byVersion.size > 2) byVersion.delete(byVersion.keys().next().value as string);
    return counts;
  }

  function succeed({ version = '', joined, parts }: Answer, message: Message, milliseconds: number): void {
    const counts = countsOf(version);
    counts.inferences += rowsOf(message);
    if (!joined) counts.executions++;
    counts.lastInference = Date.now();
    add(counts.success, milliseconds);
    counts.figures.answered(milliseconds, parts);
    if (parts === undefined) return;
    const sums = (counts.parts ??= { input: none(), queue: none(), infer: none(), output: none() });
    add(sums.input, parts.input);
    add(sums.queue, parts.queue);
    add(sums.infer, parts.infer);
    add(sums.output, parts.output);
  }

  return {
    predictor: {
      ...inner,
      predict(call) {
        const started = performance.now();
        return settle(
          () => inner.predict(call),
          (answer) => {
            succeed(answer, call.message, performance.now() - started);
            return answer;
          },
          (error) => {
            const counts = countsOf(last);
            add(counts.fail, performance.now() - started);
            counts.lastInference = Date.now();
            throw error;
          },
        );
      },
    },
    statistics: () => [...byVersion].map(([version, counts]) => statisticsOf(inner.name, version, counts)),
  };
}

function statisticsOf(name: string, version: string, counts: Counts): ModelStatistics {
  const { figures: _, ...told } = counts;
  return { name, version, ...told };
}

function add(sum: Sum, milliseconds: number): void {
  sum.count++;
  sum.nanoseconds += milliseconds * 1e6;
}

/** The rows of a request's first input; of what is no tensor, one. */
export function rowsOfMessage({ payload }: Message): number {
  const [first] = payload.kind === 'tensors' ? payload.tensors : [];
  return first && first.shape.length > 1 ? rowCount(first) : 1;
}
