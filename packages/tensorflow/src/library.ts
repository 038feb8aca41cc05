import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { chainOperations } from './chained-operations.ts';

/** The operations, gradients and optimizers of tfjs-core and the models of tfjs-layers, under one name as users of `tf.` know it. */
export type Library = Omit<typeof core & typeof layers, 'default'>;

export const library: Library = { ...core, ...layers };

/** tfjs-core as other modules of TensorFlow.js see it: what is set here, they call. */
export const coreModule = (core as unknown as { default: object }).default;

chainOperations(library);
