export type { Dataset, FeatureArray, Split } from './dataset.ts';
