import type { Tensor, TensorLike } from '@tensorflow/tfjs-core';
import { coreModule, library, type Library } from '../library.ts';
import type { NativeBackend } from './native-backend.ts';

type Replaced = Pick<Library, 'dropout' | 'randomNormal' | 'randomUniform' | 'truncatedNormal'>;
type Distribution = 'StatelessRandomNormal' | 'StatelessRandomUniform' | 'StatelessTruncatedNormal';

/**
 * Runs `body` while TensorFlow.js' random operations, its layers' among them, are operations of TensorFlow, where otherwise they are loops
 * in JavaScript whose numbers a trace would keep for ever. Those that were given a seed stay: they answer the same at each call anyway.
 *
 * @param seed gives the seed of an operation, int32 `[2]`
 */
export function withRandomOps<T>(backend: NativeBackend, seed: () => Tensor, body: () => T): T {
  const core = coreModule as unknown as Replaced;
  const own: Replaced = pick(core);
  const draw = (distribution: Distribution, shape: readonly number[]): Tensor => drawOf(backend, distribution, shape, seed());
  const moved = (drawn: Tensor, deviation: number, mean: number): Tensor => library.add(library.mul(drawn, deviation), mean);
  const replaced: Record<keyof Replaced, (...given: never[]) => Tensor> = {
    randomUniform: (shape: number[], low = 0, high = 1, dtype: 'float32' = 'float32', given?: number) =>
      given !== undefined || dtype !== 'float32'
        ? own.randomUniform(shape, low, high, dtype, given)
        : library.tidy(() => moved(draw('StatelessRandomUniform', shape), high - low, low)),
    randomNormal: (shape: number[], mean = 0, deviation = 1, dtype: 'float32' = 'float32', given?: number) =>
      given !== undefined || dtype !== 'float32'
        ? own.randomNormal(shape as [number], mean, deviation, dtype, given)
        : library.tidy(() => moved(draw('StatelessRandomNormal', shape), deviation, mean)),
    truncatedNormal: (shape: number[], mean = 0, deviation = 1, dtype: 'float32' = 'float32', given?: number) =>
      given !== undefined || dtype !== 'float32'
        ? own.truncatedNormal(shape as [number], mean, deviation, dtype, given)
        : library.tidy(() => moved(draw('StatelessTruncatedNormal', shape), deviation, mean)),
    dropout: (x: Tensor | TensorLike, rate: number, noiseShape?: number[], given?: number | string) => {
      if (given !== undefined || !(rate > 0 && rate < 1)) return own.dropout(x, rate, noiseShape, given); // it checks the rate, too
      return library.tidy(() => {
        const kept = asTensor(x);
        const shape = kept.shape.map((size, axis) => noiseShape?.[axis] ?? size);
        const mask = library.cast(library.greaterEqual(draw('StatelessRandomUniform', shape), rate), 'float32');
        return library.mul(kept, library.div(mask, 1 - rate));
      });
    },
  };
  Object.assign(core, replaced);
  Object.assign(library, replaced);
  try {
    return body();
  } finally {
    Object.assign(core, own);
    Object.assign(library, own);
  }
}

const asTensor = (x: Tensor | TensorLike): Tensor => (x instanceof library.Tensor ? x : library.tensor(x as number[]));

const pick = ({ dropout, randomNormal, randomUniform, truncatedNormal }: Replaced): Replaced => ({
  dropout,
  randomNormal,
  randomUniform,
  truncatedNormal,
});

function drawOf(backend: NativeBackend, distribution: Distribution, shape: readonly number[], seed: Tensor): Tensor {
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
  const type = (name: string, value: number) => ({ name, type: TF_ATTR_TYPE as number, value });
  const attributes = [type('dtype', TF_FLOAT as number), type('T', TF_INT32 as number), type('Tseed', TF_INT32 as number)];
  return backend.executeSingleOutput(distribution, attributes, [library.tensor1d([...shape], 'int32'), seed]);
}
