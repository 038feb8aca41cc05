export { type Arm, meanReward } from './arm.ts';
export { epsilonGreedy, type EpsilonGreedyOptions, type EpsilonGreedyState } from './epsilon-greedy.ts';
export type { Choice, Policy, Random, Reward } from './policy.ts';
export { randomAbTest } from './random-ab-test.ts';
export { seededRandom } from './random.ts';
