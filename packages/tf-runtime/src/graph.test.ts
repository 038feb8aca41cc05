import { cp, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileStore, type Artifact, type Draft } from '@switchyard/artifact';
import { openTensorFlow } from '@switchyard/tensorflow';
import { afterAll, describe, expect, test } from 'vitest';
import { loadTensorFlowModel } from './model.ts';

const python = fileURLToPath(new URL('../../tensorflow/src/fixtures/saved-models/several/', import.meta.url)); // what Python wrote
const { backend } = await openTensorFlow();
const folder = await mkdtemp(join(tmpdir(), 'tf-runtime-graph-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const x = { name: 'x', datatype: 'FP32', shape: [-1, 3] } as const;
const embedding = { name: 'embedding', datatype: 'FP32', shape: [-1, 4], columns: ['a', 'b', 'c', 'd'] } as const;
const draft: Draft = {
  format: 'tf-saved-model',
  signature: { inputs: [x], outputs: [embedding] },
  metrics: {},
  hyperparameters: { signature: 'embed' },
  seed: 0,
  dataset: { name: 'several', digest: '0'.repeat(64), rows: 0 },
  producer: 'tf-runtime-tests@0.1.0',
};

const publish = (changes: Partial<Draft> = {}, damage?: (saved: string) => Promise<void>): Promise<Artifact> =>
  fileStore(folder).publish('several', async (directory) => {
    await cp(python, join(directory, 'saved-model'), { recursive: true });
    await damage?.(join(directory, 'saved-model'));
    return { ...draft, ...changes };
  });

describe.runIf(backend === 'native')('a SavedModel of Python', () => {
  test('is served by the signature that was imported', async () => {
    const model = await loadTensorFlowModel(await publish());
    expect(model.facts).toMatchObject({ backend: 'native' });
    const [answer] = await model.predict([{ ...x, shape: [2, 3], data: Float32Array.of(0, 0, 0, 1, 2, 3) }]);
    expect(answer).toMatchObject({ name: 'embedding', shape: [2, 4], columns: ['a', 'b', 'c', 'd'] });
    expect([...(answer!.data as Float32Array)].slice(0, 4)).toEqual([0, 0, 0, 0]);
    model.dispose();
  });

  test('is refused where the artifact’s signature is not its own', async () => {
    const lie = publish({ signature: { inputs: [{ ...x, shape: [-1, 5] }], outputs: [embedding] } });
    await expect(lie.then(loadTensorFlowModel)).rejects.toMatchObject({
      code: 'FOREIGN',
      message: expect.stringMatching(
        /^model "several" version \d+: the signature states input "x" as FP32 \[-1, 5\], but the model has FP32 \[-1, 3\]$/,
      ),
    });
  });

  test.each(['saved_model.pb', 'variables/variables.index', 'variables/variables.data-00000-of-00001'])(
    'is refused with half of %s',
    async (path) => {
      const half = publish({}, (saved) => truncate(join(saved, path), 90));
      await expect(half.then(loadTensorFlowModel)).rejects.toMatchObject({ code: 'CORRUPT' });
    },
  );
});
