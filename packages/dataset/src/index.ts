export { batches, type Batch, type BatchOptions } from './batches.ts';
export { createDataset, rowWidth, selectRows, type Dataset, type DatasetParts, type FeatureArray, type Split } from './dataset.ts';
export { digest } from './digest.ts';
export { DatasetError } from './error.ts';
export { formats, type Format } from './formats.ts';
export { decodeImage, resize, toGrey, type Image } from './image.ts';
export { loadDataset, type LoadOptions } from './load.ts';
export { shuffledOrder } from './order.ts';
export type { SplitMode } from './split.ts';
