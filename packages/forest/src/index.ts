export { decodeForest } from './decode.ts';
export { encodeForest } from './encode.ts';
export { ForestError } from './error.ts';
export { defaultParameters, type ForestParameters } from './parameters.ts';
export { forestPredictor, type FeatureRows, type ForestPredictor } from './predictor.ts';
export { trainForest, type TrainOptions } from './train.ts';
export type { LabelledRows } from './training-data.ts';
export type { Forest, Tree } from './tree.ts';
