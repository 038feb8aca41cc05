import type { Batch } from '@switchyard/dataset';
import type { Library, Tensor1D } from '@switchyard/tensorflow';
import type { TargetScale } from './trainable.ts';

/** What is known of each row of a batch, as a loss wants it: its class, or its number, standardised. */
export function truthOf(tf: Library, { labels, targets }: Pick<Batch, 'labels' | 'targets'>, target: TargetScale | undefined): Tensor1D {
  if (!target || !targets) return tf.tensor1d(labels, 'int32');
  return tf.tensor1d(Float32Array.from(targets, (value) => (value - target.mean) / target.deviation));
}
