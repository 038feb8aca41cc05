import { contentDigest, type Artifact } from '@switchyard/artifact';
import { loadLayersModel, loadSavedModel, openTensorFlow, type Tensor } from '@switchyard/tensorflow';
import { expect, test } from 'vitest';
import { savedModelFiles } from './saved-model.ts';
import { writePatterns } from './test/patterns.ts';
import { scratch } from './test/scratch.ts';
import { train } from './train.ts';

const { folder, values } = await scratch();
const { tf, backend } = await openTensorFlow();
const signal = new AbortController().signal;

async function trained(...flags: string[]): Promise<Artifact> {
  const data = await writePatterns(folder, 300);
  return (await train(values('--data', data, '--steps', '20', ...flags), () => {}, signal)).artifact;
}

const filesOf = async ({ manifest, read }: Artifact) =>
  Object.fromEntries(await Promise.all(Object.keys(manifest.files).map(async (path) => [path, await read(path)] as const)));

test.runIf(backend === 'native').each(['softmax', 'mlp', 'cnn'])(
  'the artifact of preset "%s" has a SavedModel with the same signature and answers',
  async (preset) => {
    const artifact = await trained('--preset', preset);
    const files = await filesOf(artifact);
    const saved = await loadSavedModel(files);
    const layers = await loadLayersModel(files);
    const { inputs, outputs } = artifact.manifest.signature;
    const stated = [...inputs, ...outputs].map(({ name, datatype, shape }) => ({ name, datatype, shape }));
    expect([...saved.signature.inputs, ...saved.signature.outputs]).toEqual(stated);
    const width = inputs[0]!.shape[1]!;
    const x = tf.randomUniform([3, width], 0, 1, 'float32', 1);
    const y = layers.apply(x) as Tensor;
    const [answer] = saved.predict([{ name: 'x', datatype: 'FP32', shape: [3, width], data: x.dataSync() as Float32Array }]);
    const expected = y.dataSync();
    for (const [at, value] of (answer!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected[at]!, 6);
    const { 'saved-model/saved_model.pb': pb, 'tfjs/weights.bin': weights } = artifact.manifest.files;
    expect(pb!.bytes - weights!.bytes).toBeLessThan(20_000);
    tf.dispose([x, y]);
    saved.dispose();
    layers.dispose();
  },
);

test.runIf(backend === 'native')('it can be left out; the same seed gives the same bytes with it', async () => {
  const without = await trained('--no-saved-model');
  expect(Object.keys(without.manifest.files).filter((path) => path.startsWith('saved-model/'))).toEqual([]);
  const [first, second] = [await trained(), await trained()];
  expect(contentDigest(second.manifest)).toBe(contentDigest(first.manifest));
  expect(contentDigest(without.manifest)).not.toBe(contentDigest(first.manifest));
});

test('where it cannot be written, that is said', () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  const words: string[] = [];
  const spec = { datatype: 'FP32' as const, shape: [-1, 4] };
  const files = savedModelFiles(model, { inputs: [{ ...spec, name: 'x' }], outputs: [{ ...spec, name: 'y' }] }, (said) => words.push(said));
  expect(files).toEqual({});
  expect(words).toEqual([expect.stringMatching(/^the artifact has no SavedModel: /)]);
  model.dispose();
});
