import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Library } from './library.ts';
import { loadLayersModel, saveLayersModel } from './layers-model.ts';
import { openTensorFlow } from './tensorflow.ts';
import { TensorFlowError } from './tensorflow-error.ts';
import type { ModelFiles } from './weights.ts';

let tf: Library;
let files: Record<string, Uint8Array>;

const topology = 'tfjs/model.json';
const weights = 'tfjs/weights.bin';

beforeAll(async () => {
  ({ tf } = await openTensorFlow());
  files = await saved();
});

function build() {
  return tf.sequential({
    name: 'net',
    layers: [
      tf.layers.dense({
        name: 'hidden',
        units: 5,
        inputShape: [4],
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      }),
      tf.layers.batchNormalization({ name: 'norm' }),
      tf.layers.dense({ name: 'out', units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
      tf.layers.softmax({ name: 'probabilities' }),
    ],
  });
}

async function saved(): Promise<Record<string, Uint8Array>> {
  const model = build();
  const result = await saveLayersModel(model);
  model.dispose();
  return result;
}

type File = {
  modelTopology: { config: { layers: { class_name: string; config: { units: number; name: string } }[] } };
  weightsManifest: [{ paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }];
};

const edited = (edit: (file: File) => unknown): ModelFiles => {
  const file = JSON.parse(new TextDecoder().decode(files[topology]));
  edit(file);
  return { ...files, [topology]: new TextEncoder().encode(JSON.stringify(file)) };
};

describe('a saved model', () => {
  test('answers as before when it is loaded', async () => {
    const model = build();
    const loaded = await loadLayersModel(await saveLayersModel(model));
    const answers = [model, loaded].map((each) =>
      tf.tidy(() => [...(each.predictOnBatch(tf.tensor2d([0.1, 0.9, -3, 4], [1, 4])) as ReturnType<Library['tensor']>).dataSync()]),
    );
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toHaveLength(3);
    model.dispose();
    loaded.dispose();
  });

  test('has the same bytes whenever it is made and however often it goes through files', async () => {
    expect(await saved()).toEqual(files);
    const loaded = await loadLayersModel(files);
    expect(await saveLayersModel(loaded)).toEqual(files);
    loaded.dispose();
  });

  test('may have its weights in several files, as the library itself writes large models', async () => {
    const split = edited((file) => (file.weightsManifest[0].paths = ['a.bin', 'b.bin']));
    const all = files[weights]!;
    const loaded = await loadLayersModel({ ...split, 'tfjs/a.bin': all.subarray(0, 33), 'tfjs/b.bin': all.subarray(33) });
    expect((await saveLayersModel(loaded))[weights]).toEqual(all);
    loaded.dispose();
  });
});

describe('a damaged model is refused, in words', () => {
  const damages: [string, () => ModelFiles, string][] = [
    ['no topology', () => ({ [weights]: files[weights]! }), 'tfjs/model.json is missing'],
    ['no weights', () => ({ [topology]: files[topology]! }), 'tfjs/weights.bin is missing'],
    [
      'truncated weights',
      () => ({ ...files, [weights]: files[weights]!.subarray(0, 100) }),
      'tfjs/weights.bin: 100 bytes, but its weights are 252',
    ],
    ['too many weights', () => ({ ...files, [weights]: new Uint8Array(256) }), 'tfjs/weights.bin: 256 bytes, but its weights are 252'],
    ['no number', () => ({ ...files, [weights]: new Uint8Array(252).fill(255) }), 'weight "hidden/kernel": value 0 is NaN'],
    ['no JSON', () => ({ ...files, [topology]: files[topology]!.subarray(9) }), 'tfjs/model.json is not JSON'],
    ['other JSON', () => ({ ...files, [topology]: new TextEncoder().encode('[]') }), 'is not a layers model of TensorFlow.js'],
    [
      'an unknown layer',
      () => edited((file) => (file.modelTopology.config.layers[0]!.class_name = 'Dance')),
      'cannot be built: Unknown layer: Dance',
    ],
    [
      'a name that no tensor may have',
      () => edited((file) => (file.modelTopology.config.layers[1]!.config.name = 'nor]')),
      "cannot be built: Not a valid tensor name: 'nor]/gamma'",
    ],
    [
      'a narrower layer',
      () => edited((file) => (file.modelTopology.config.layers[0]!.config.units = 2)),
      'weight "hidden/kernel" has shape [4,5], but its layer wants [4,2]',
    ],
    ['a renamed weight', () => edited((file) => (file.weightsManifest[0].weights[0]!.name = 'x')), 'weight "hidden/kernel" is missing'],
    [
      'a weight too many',
      () => edited((file) => file.weightsManifest[0].weights.push({ name: 'x', shape: [0], dtype: 'float32' })),
      'weight "x" belongs to no layer',
    ],
    [
      'no shape',
      () => edited((file) => (file.weightsManifest[0].weights[0]!.shape = [-4, 5])),
      'weight "hidden/kernel": [-4,5] is not a shape',
    ],
    [
      'no datatype',
      () => edited((file) => (file.weightsManifest[0].weights[0]!.dtype = 'word')),
      'weight "hidden/kernel": datatype "word" is not supported',
    ],
  ];

  test.each(damages)('%s', async (_, damage, message) => {
    const before = tf.memory().numTensors;
    const error: unknown = await loadLayersModel(damage()).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TensorFlowError);
    expect((error as Error).message).toContain(message);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('any byte of it may be wrong: it loads, or is refused as a TensorFlowError, and no tensor stays behind', async () => {
    const before = tf.memory().numTensors;
    const damage = fc.record({ path: fc.constantFrom(topology, weights), position: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(damage, async ({ path, position, bits }) => {
        const bytes = files[path]!.slice();
        bytes[position % bytes.length]! ^= bits;
        const loaded = await loadLayersModel({ ...files, [path]: bytes }).catch((error: unknown) => error);
        if (loaded instanceof Error) expect(loaded).toBeInstanceOf(TensorFlowError);
        else (loaded as { dispose(): void }).dispose();
        expect(tf.memory().numTensors).toBe(before);
      }),
      { numRuns: 500 },
    );
  });
});
