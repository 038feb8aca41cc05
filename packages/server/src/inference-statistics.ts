import { rowCount, type Message, type ModelStatistics } from '@switchyard/protocol';
import type { Predictor } from './predictor.ts';

type Counts = { -readonly [K in keyof Omit<ModelStatistics, 'name' | 'version'>]: ModelStatistics[K] };

/** What became of the requests that a predictor got, by version of its model; of the last two. */
export type InferenceStatistics = () => readonly ModelStatistics[];

/**
 * A predictor that counts, and its figures. `rowsOf` is how many rows a request has: a graph that passes messages on must not read them.
 *
 * @example
 *     const { predictor, statistics } = countInferences(inner, rowsOfMessage);
 */
export function countInferences(
  inner: Predictor,
  rowsOf: (message: Message) => number,
): { readonly predictor: Predictor; readonly statistics: InferenceStatistics } {
  const byVersion = new Map<string, Counts>();
  let last = '';

  function countsOf(version: string): Counts {
    last = version;
    let counts = byVersion.get(version);
    if (counts) return counts;
    const none = { count: 0, nanoseconds: 0 };
    counts = { lastInference: 0, inferences: 0, executions: 0, success: none, fail: none };
    byVersion.set(version, counts);
    if (byVersion.size > 2) byVersion.delete(byVersion.keys().next().value as string);
    return counts;
  }

  function count(counts: Counts, kind: 'success' | 'fail', started: number): void {
    const { count, nanoseconds } = counts[kind];
    counts[kind] = { count: count + 1, nanoseconds: nanoseconds + (performance.now() - started) * 1e6 };
    counts.lastInference = Date.now();
  }

  return {
    predictor: {
      ...inner,
      async predict(call) {
        const started = performance.now();
        try {
          const answer = await inner.predict(call);
          const counts = countsOf(answer.version ?? '');
          counts.inferences += rowsOf(call.message);
          if (!answer.joined) counts.executions++;
          count(counts, 'success', started);
          return answer;
        } catch (error) {
          count(countsOf(last), 'fail', started);
          throw error;
        }
      },
    },
    statistics: () => [...byVersion].map(([version, counts]) => ({ name: inner.name, version, ...counts })),
  };
}

/** The rows of a request's first input; of what is no tensor, one. */
export function rowsOfMessage({ payload }: Message): number {
  const [first] = payload.kind === 'tensors' ? payload.tensors : [];
  return first && first.shape.length > 1 ? rowCount(first) : 1;
}
