import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { expect, test } from 'vitest';
import { traceFunction } from './index.ts';
import { openTensorFlow } from './tensorflow.ts';
import { whyNotNative } from './test/native.ts';

const page = await readFile(new URL('../../../docs/tensorflow.md', import.meta.url), 'utf8');

test.skipIf(whyNotNative() !== undefined)('the example of the documentation is traced, and learns', async () => {
  const { tf } = await openTensorFlow({ backend: 'native' });
  const [, example = ''] = /```ts\n([^]*?)```/.exec(page) ?? [];
  const x = tf.randomNormal([20, 3], 0, 1, 'float32', 1);
  const y = tf.matMul(x, tf.tensor2d([1, -2, 3], [3, 1]));
  const said: unknown[] = [];
  const run = new Function('tf', 'traceFunction', 'x', 'y', 'console', `${stripTypeScriptTypes(example)}; return weights;`);
  const weights = run(tf, traceFunction, x, y, { log: (...words: unknown[]) => said.push(...words) }) as { dataSync(): Float32Array };
  expect(said).toEqual([{ traces: 1 }]);
  const learned = [...weights.dataSync()];
  for (const [at, wanted] of [1, -2, 3].entries()) expect(learned[at]).toBeCloseTo(wanted, 1);
});
