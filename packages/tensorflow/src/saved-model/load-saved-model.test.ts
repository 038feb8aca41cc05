import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heldTo } from '../graph-model.ts';
import { library } from '../library.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { damaged } from '../test/damage.ts';
import { whyNotNative } from '../test/native.ts';
import { answersIn, inputsOf, listed, recorded, savedModelIn } from '../test/python-models.ts';
import { savedModelOf, type Node } from '../trace/graph.ts';
import { loadSavedModel } from './load-saved-model.ts';

const answers = answersIn(recorded);
const filesOf = (model: string) => savedModelIn(join(recorded, model));
const definition = 'saved-model/saved_model.pb';

test.skipIf(whyNotNative() === undefined)('says which backend it needs', async () => {
  await expect(loadSavedModel(filesOf('several'))).rejects.toThrow(/a SavedModel needs the native backend of TensorFlow/);
});

describe.skipIf(whyNotNative())('on the native backend', () => {
  const signatures = ['several', 'types'].flatMap((model) => Object.keys(answers[model]!).map((signature) => [model, signature] as const));

  test.each(signatures)('a tf.Module "%s" answers by its signature "%s" as it did in Python', async (model, signature) => {
    const loaded = await loadSavedModel(filesOf(model), { signature });
    const { inputs, outputs } = answers[model]![signature]!;
    const before = library.memory().numTensors;
    const answered = loaded.predict(inputsOf(loaded.signature, inputs));
    expect(answered.map(({ name }) => name)).toEqual(Object.keys(outputs).toSorted());
    for (const tensor of answered) {
      const { shape, data } = outputs[tensor.name]!;
      expect(tensor.shape).toEqual(shape);
      for (const [index, value] of listed(tensor).entries()) {
        if (typeof value !== 'number') expect(value).toBe(data[index]);
        else expect(value).toBeCloseTo(data[index] as number, 5);
      }
    }
    expect(library.memory().numTensors).toBe(before);
    loaded.dispose();
  });

  test('its signature is read from the file', async () => {
    const { signature, dispose } = await loadSavedModel(filesOf('several'));
    expect(signature).toEqual({
      inputs: [
        { name: 'kind', datatype: 'INT32', shape: [-1] },
        { name: 'x', datatype: 'FP32', shape: [-1, 3] },
      ],
      outputs: [
        { name: 'best', datatype: 'INT64', shape: [-1] },
        { name: 'scores', datatype: 'FP32', shape: [-1, 4] },
      ],
    });
    dispose();
  });

  test('a model of Keras 3 that was not exported is refused, and told how to be', async () => {
    await expect(loadSavedModel(filesOf('unexported'))).rejects.toThrow(/variable "[^"]+" gets no value\. .*model\.export\(\)/);
  });

  test('what is not whole is refused by the name of what is missing', async () => {
    const files = filesOf('several');
    const without = (path: string) => Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
    for (const path of Object.keys(files)) await expect(loadSavedModel(without(path))).rejects.toThrow(`${path} is missing`);
    await expect(loadSavedModel(files, { signature: 'train' })).rejects.toThrow(
      'saved_model.pb has no signature "train"; it has "embed", "serving_default"',
    );
    const data = 'saved-model/variables/variables.data-00000-of-00001';
    const cut = { ...files, [data]: files[data]!.subarray(0, 100) };
    await expect(loadSavedModel(cut)).rejects.toThrow(/^saved-model\/: .*/);
  });

  const frozen = (nodes: readonly Node[]) => ({
    [definition]: savedModelOf({
      nodes: [{ name: 'x', operation: 'Placeholder', inputs: [], attributes: { dtype: { type: 1 }, shape: { shape: [-1, 2] } } }, ...nodes],
      inputs: [{ name: 'x', type: 1, shape: [-1, 2] }],
      outputs: [{ name: 'y', type: 1, shape: [-1, 2] }],
    }),
  });

  test('operations that the linked TensorFlow does not have are named', async () => {
    const nodes = ['Tomorrow', 'Yesterday'].map((operation) => ({
      name: operation === 'Tomorrow' ? 'y' : 'z',
      operation,
      inputs: ['x'],
      attributes: {},
    }));
    await expect(loadSavedModel(frozen(nodes))).rejects.toThrow(
      /needs operations that the TensorFlow here does not have: Tomorrow, Yesterday$/,
    );
  });

  test('one that would end the process is refused, and the process goes on', async () => {
    const lying = damaged(filesOf('several'), 24); // a call of a function that answers nothing, though its answers are used
    await expect(loadSavedModel(lying)).rejects.toThrow(
      /^saved_model\.pb cannot be run: the process that tried it ended by SIGABRT: Check failed: /,
    );
  });

  test('a signature is held against the artifact’s', async () => {
    await openTensorFlow();
    const model = await loadSavedModel(filesOf('several'), { signature: 'embed' });
    const x = { name: 'x', datatype: 'FP32', shape: [-1, 3] } as const;
    const embedding = { name: 'embedding', datatype: 'FP32', shape: [-1, 4] } as const;
    const held = heldTo({ inputs: [x], outputs: [{ ...embedding, columns: ['a', 'b', 'c', 'd'] }] }, model);
    expect(held.predict([{ ...x, shape: [1, 3], data: new Float32Array(3) }])).toEqual([
      { ...embedding, shape: [1, 4], data: new Float32Array(4), columns: ['a', 'b', 'c', 'd'] },
    ]);
    const refused = [
      [{ inputs: [{ ...x, name: 'z' }], outputs: [embedding] }, 'the signature states input "z", but the model has "x"'],
      [{ inputs: [x], outputs: [{ ...embedding, shape: [-1, 5] }] }, 'output "embedding" as FP32 [-1, 5], but the model has FP32 [-1, 4]'],
      [
        { inputs: [{ ...x, datatype: 'INT32' as const }], outputs: [embedding] },
        'input "x" as INT32 [-1, 3], but the model has FP32 [-1, 3]',
      ],
      [{ inputs: [], outputs: [embedding] }, 'the model takes input "x", which the signature does not state'],
    ] as const;
    for (const [stated, message] of refused) expect(() => heldTo(stated, model)).toThrow(message);
    model.dispose();
  });
});
