import type { GraphUnit } from '@switchyard/deployment';
import { armOf, armsOf } from './arm.ts';
import type { PredictionClient } from './client/prediction-client.ts';

/** Labelled rows as clients send them. */
export type Sample = { readonly count: number; row(index: number): ArrayLike<number>; label(index: number): number };

/** How one arm did. Latencies are in milliseconds, as the client saw them. */
export type ArmReport = {
  readonly arm: string;
  readonly requests: number;
  readonly reward: number;
  readonly accuracy: number;
  readonly p50: number;
  readonly p99: number;
};

export type Round = { readonly client: PredictionClient; readonly requests: number };

/**
 * Sends labelled rows one after another, each followed by its reward: 1 where the answer was right, else 0.
 * One after another, because a bandit can only learn from a reward that came before the next choice.
 */
export async function runTrial(
  graph: GraphUnit,
  sample: Sample,
  rounds: readonly Round[],
  onProgress: (done: number, total: number) => void,
): Promise<ArmReport[]> {
  const arms = new Map(armsOf(graph).map((arm) => [arm, { rewards: 0, latencies: [] as number[] }]));
  const total = rounds.reduce((sum, round) => sum + round.requests, 0);
  let sent = 0;
  for (const { client, requests } of rounds) {
    for (let n = 0; n < requests; n++, sent++) {
      const at = sent % sample.count;
      const answer = await client.predict(sample.row(at));
      const reward = argmax(answer.probabilities) === sample.label(at) ? 1 : 0;
      await client.feedback({ response: answer.message, reward });
      const name = armOf(graph, answer.meta.routing ?? {});
      const arm = arms.get(name) ?? { rewards: 0, latencies: [] };
      arms.set(name, arm);
      arm.rewards += reward;
      arm.latencies.push(answer.ms);
      onProgress(sent + 1, total);
    }
  }
  return [...arms].map(([arm, { rewards, latencies }]) => ({
    arm,
    requests: latencies.length,
    reward: rewards,
    accuracy: latencies.length ? rewards / latencies.length : Number.NaN,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }));
}

export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}

/** The smallest value that at least the share `q` of all values does not exceed; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
