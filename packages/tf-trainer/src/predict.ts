import { batches, rowWidth, type Dataset } from '@switchyard/dataset';
import type { LayersModel, Library, Tensor } from '@switchyard/tensorflow';
import type { Input } from './input.ts';

/** The true and the predicted class of each row, in no order that means anything. */
export type Predictions = { readonly labels: Int32Array; readonly predicted: Int32Array };

/** Predicts the class of every row, a thousand at a time. */
export function predictClasses(tf: Library, model: LayersModel, data: Dataset, { scale, offset }: Input): Predictions {
  const labels = new Int32Array(data.rows);
  const predicted = new Int32Array(data.rows);
  let done = 0;
  for (const batch of batches(data, 1000, 0, { scale, offset })) {
    labels.set(batch.labels, done);
    tf.tidy(() => {
      const x = tf.tensor2d(batch.features, [batch.rows, rowWidth(data)]);
      predicted.set(tf.argMax(model.predictOnBatch(x) as Tensor, 1).dataSync(), done);
    });
    done += batch.rows;
  }
  return { labels, predicted };
}
