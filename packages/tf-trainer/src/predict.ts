import { traceFunction, type LayersModel, type Library, type Tensor, type Tensor2D } from '@switchyard/tensorflow';
import type { Rows } from './rows.ts';

/** The truth and the prediction of each row, in no order that means anything: classes, or the numbers of a regression. */
export type Predictions = { readonly truth: Int32Array | Float64Array; readonly predicted: Int32Array | Float64Array };

/** Predicts every row, a thousand at a time. */
export async function predictRows(tf: Library, model: LayersModel, rows: Rows, regression: boolean): Promise<Predictions> {
  const Numbers = regression ? Float64Array : Int32Array;
  const [truth, predicted] = [new Numbers(rows.rows), new Numbers(rows.rows)];
  const answers = (x: Tensor2D): Tensor => {
    const answer = model.apply(x) as Tensor;
    return regression ? answer : tf.argMax(answer, 1);
  };
  const traced = traceFunction(answers, { name: 'the test' });
  let done = 0;
  try {
    for await (const batch of rows.sweep(1000)) {
      truth.set(batch.targets ?? batch.labels, done);
      predicted.set(
        tf.tidy(() => traced(tf.tensor2d(batch.features, [batch.rows, rows.width])).dataSync()),
        done,
      );
      done += batch.rows;
    }
  } finally {
    traced.dispose();
  }
  return { truth, predicted };
}
