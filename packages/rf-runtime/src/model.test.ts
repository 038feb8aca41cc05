import { ArtifactError, type Draft } from '@switchyard/artifact';
import { encodeForest, trainForest } from '@switchyard/forest';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadForestModel } from './model.ts';
import { trainDigits, type Digits } from './test/digits.ts';

let digits: Digits;
beforeAll(async () => {
  digits = await trainDigits(2000);
});

const load = async (changes: Partial<Draft>, file?: Uint8Array) =>
  loadForestModel(await digits.publish({ draft: changes, ...(file && { file }) }));

const input = { name: 'x', datatype: 'FP32' as const, shape: [-1, 784], range: { min: 0, max: 1 } };
const output = { name: 'p', datatype: 'FP32' as const, shape: [-1, 10] };

describe('loadForestModel', () => {
  test('answers in the datatype and under the names of its signature', async () => {
    const columns = digits.draft.signature.outputs[0]!.columns!;
    const model = await load({ signature: { inputs: [input], outputs: [{ ...output, datatype: 'FP64', columns }] } });
    const data = Float32Array.from(digits.test.features.subarray(0, 3 * 784));
    const [answer] = await model.predict([{ name: 'x', datatype: 'FP32', shape: [3, 784], data }]);
    expect(answer).toMatchObject({ name: 'p', datatype: 'FP64', shape: [3, 10], columns });
    expect(answer!.data).toBeInstanceOf(Float64Array);
    expect(model.facts).toMatchObject({ trees: '30', 'optional.leaves': 'UINT32 [-1, 30]' });
  });

  test.each<[string, Partial<Draft>, string]>([
    [
      'other columns',
      { signature: { inputs: [{ ...input, shape: [-1, 783] }], outputs: [output] } },
      'states input [-1, 783], but the forest has 784 columns',
    ],
    [
      'an image',
      { signature: { inputs: [{ ...input, shape: [-1, 28, 28] }], outputs: [output] } },
      'states input [-1, 28, 28], but the forest has 784 columns',
    ],
    [
      'other classes',
      { signature: { inputs: [input], outputs: [{ ...output, shape: [-1, 9] }] } },
      'states output [-1, 9], but the forest has 10 classes',
    ],
    ['two inputs', { signature: { inputs: [input, { ...input, name: 'y' }], outputs: [output] } }, 'has 2 inputs and 1 outputs'],
    [
      'whole numbers of 64 bits',
      { signature: { inputs: [{ ...input, datatype: 'INT64' }], outputs: [output] } },
      'its input is INT64; a forest has UINT8, FP32, FP64',
    ],
    ['bytes for probabilities', { signature: { inputs: [input], outputs: [{ ...output, datatype: 'UINT8' }] } }, 'its output is UINT8'],
    ['other class names', { classNames: ['a', 'b'] }, 'it names 2 classes, but the forest has 10'],
  ])('refuses a foreign signature: %s', async (_, changes, message) => {
    const loading = load(changes);
    await expect(loading).rejects.toThrow(ArtifactError);
    await expect(loading).rejects.toMatchObject({ code: 'FOREIGN', message: expect.stringContaining(message) });
  });

  test('refuses to serve in another range than the forest was trained on', async () => {
    const { scaling, ...rest } = digits.draft;
    expect(scaling).toBeDefined();
    const file = encodeForest(digits.forest);
    const { publish } = digits;
    const unscaled = await publish({ draft: { ...rest, scaling: { scale: 1, offset: 0 } }, file });
    await expect(loadForestModel(unscaled)).rejects.toThrow(
      /clients send 0\.\.1, which scaling makes 0\.\.1, but the forest was trained on another range: it cuts column \d+ at \d+\.5/,
    );
    const perColumn = { scale: Array.from({ length: 784 }, () => 255), offset: Array.from({ length: 784 }, () => 0) };
    await expect(loadForestModel(await publish({ draft: { scaling: perColumn }, file }))).resolves.toBeDefined();
    const signature = { inputs: [{ ...input, range: { min: 0, max: 255 } }], outputs: [output] };
    await expect(loadForestModel(await publish({ draft: { signature, scaling: { scale: 1, offset: 0 } }, file }))).resolves.toBeDefined();
  });

  test('a table without a range takes any number', async () => {
    const features = Float64Array.of(-1e6, 1e6, 3, 4);
    const { forest } = await trainForest(
      { features, labels: Uint8Array.of(0, 1), rows: 2, columns: 2, classes: 2 },
      { nEstimators: 1, bootstrap: false, maxFeatures: 'all' },
    );
    const signature = { inputs: [{ name: 'x', datatype: 'FP64' as const, shape: [-1, 2] }], outputs: [{ ...output, shape: [-1, 2] }] };
    const model = await load({ signature, classNames: ['low', 'high'], scaling: { scale: 1, offset: 0 } }, encodeForest(forest));
    const [answer] = await model.predict([{ name: 'x', datatype: 'FP64', shape: [2, 2], data: features }]);
    expect([...(answer!.data as Float32Array)]).toEqual([1, 0, 0, 1]);
  });

  test('answers a row at once, and a large batch off the event loop, alike', async () => {
    const model = await load({});
    const { rows, features } = digits.test;
    const ask = (first: number, rows: number) =>
      model.predict([
        { name: 'x', datatype: 'FP32', shape: [rows, 784], data: Float32Array.from(features.subarray(first * 784, (first + rows) * 784)) },
      ]);
    expect(ask(0, 1)).toBeInstanceOf(Array);
    const large = ask(0, 2000);
    expect(large).toBeInstanceOf(Promise);
    const answers = (await large)[0]!.data as Float32Array;
    expect(rows).toBeGreaterThanOrEqual(2000);
    for (const row of [0, 999, 1999]) expect(answers.subarray(row * 10, row * 10 + 10)).toEqual((await ask(row, 1))[0]!.data);
    model.dispose();
  });

  test('serves a regression: one value a row', async () => {
    const features = Float64Array.of(0, 1, 2, 3);
    const rows = { task: 'regression' as const, features, targets: Float64Array.of(5, 5, -1, -1), rows: 4, columns: 1 };
    const { forest } = await trainForest(rows, { nEstimators: 1, bootstrap: false });
    const file = encodeForest(forest);
    const { scaling: _, classNames: __, ...rest } = digits.draft;
    const signature = {
      inputs: [{ name: 'x', datatype: 'FP64' as const, shape: [-1, 1] }],
      outputs: [{ name: 'value', datatype: 'FP64' as const, shape: [-1, 1], columns: ['price'] }],
    };
    const draft = { ...rest, scaling: undefined, classNames: undefined, signature };
    const model = await loadForestModel(await digits.publish({ draft, file }));
    const [answer] = await model.predict([{ name: 'x', datatype: 'FP64', shape: [2, 1], data: Float64Array.of(0.5, 9) }]);
    expect(answer).toEqual({ name: 'value', datatype: 'FP64', shape: [2, 1], columns: ['price'], data: Float64Array.of(5, -1) });
    const named = await digits.publish({ draft: { ...draft, classNames: ['a'] }, file });
    await expect(loadForestModel(named)).rejects.toThrow('it names 1 classes, but the forest is a regression');
  });

  test('says where a damaged file is damaged, though its digest is the published one', async () => {
    const file = encodeForest(digits.forest);
    file[5000]! ^= 4;
    const loading = load({}, file);
    await expect(loading).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(loading).rejects.toThrow(
      /^model "digits" version \d+: forest\.bin: not a sound forest file: at byte \d+: the checksum is/,
    );
  });
});
