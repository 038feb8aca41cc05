import { expect, it } from 'vitest';
import type { Feedback, Message } from '@switchyard/protocol';
import { readAnswer, type PredictionClient } from './client/prediction-client.ts';
import { quantile, runTrial } from './trial.ts';

const answerOf = (probabilities: number[], branch: number): Message => ({
  meta: { routing: { ab: branch } },
  encoding: 'ndarray',
  payload: { kind: 'tensors', tensors: [{ name: '', datatype: 'FP64', shape: [1, 2], data: Float64Array.from(probabilities) }] },
});
const leaf = (name: string) => ({
  name,
  type: 'MODEL' as const,
  children: [],
  methods: [],
  parameters: {},
  endpoint: { type: 'REST' as const },
});
const graph = { ...leaf('ab'), type: 'ROUTER' as const, children: [leaf('even'), leaf('odd')] };

it('rewards right answers with 1 and wrong ones with 0, and counts them for the arm that served', async () => {
  const rewards: Feedback[] = [];
  let turn = 0;
  const client: PredictionClient = {
    predict: async () => readAnswer(answerOf([0.9, 0.1], turn++ % 2), 1),
    feedback: async (feedback) => void rewards.push(feedback),
    close() {},
  };
  const sample = { count: 4, row: () => [0], label: (at: number) => (at < 3 ? 0 : 1) };
  const arms = await runTrial(graph, sample, [{ client, requests: 4 }], () => {});
  expect(arms).toMatchObject([
    { arm: 'even', requests: 2, reward: 2, accuracy: 1, p50: 1, p99: 1 },
    { arm: 'odd', requests: 2, reward: 1, accuracy: 0.5 },
  ]);
  expect(rewards.map(({ reward }) => reward)).toEqual([1, 1, 1, 0]);
});

it('takes quantiles from the values themselves', () => {
  expect(quantile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(quantile([3, 1, 2, 4], 0.99)).toBe(4);
  expect(quantile([], 0.5)).toBeNaN();
});
