import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

/** The operations, gradients and optimizers of tfjs-core and the models of tfjs-layers, under one name as users of `tf.` know it. */
export type Library = Omit<typeof core & typeof layers, 'default'>;

export const library: Library = { ...core, ...layers };
