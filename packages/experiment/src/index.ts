export type { Choice, Policy, Random, Reward } from './policy.ts';
