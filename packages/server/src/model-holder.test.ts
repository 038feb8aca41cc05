import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '@switchyard/artifact';
import type { Tensor } from '@switchyard/protocol';
import { format, linearModel, loadLinear, publishLinear, signature, someWeights, temporaryStore } from './fixtures/linear.ts';
import { silentLogger } from './log.ts';
import { modelHolder, type HolderOptions } from './model-holder.ts';
import type { Model } from './model.ts';

const name = 'lines';
let store: Store;
let directory: string;
beforeEach(async () => ({ store, directory } = await temporaryStore()));
afterEach(() => rm(directory, { recursive: true, force: true }));

const hold = (patch: Partial<HolderOptions> = {}) =>
  modelHolder({ name, version: 'latest', store, load: loadLinear, formats: [format], log: silentLogger, ...patch });

async function damage(version: string): Promise<void> {
  const path = join(directory, name, version, 'weights.json');
  await chmod(path, 0o644);
  const bytes = await readFile(path);
  bytes[3] = (bytes[3] as number) ^ 1;
  await writeFile(path, bytes);
}

describe('loading', () => {
  test('it is not ready, and says why, until a version is loaded', async () => {
    await publishLinear(store, name, someWeights);
    const holder = hold();
    expect(holder.ready()).toEqual({ reason: 'no version is loaded yet' });
    expect(() => holder.use(() => 1)).toThrow(
      expect.objectContaining({ code: 'UNAVAILABLE', message: expect.stringContaining('no version is loaded yet') }),
    );
    await holder.load();
    expect([holder.ready(), holder.version()]).toEqual([true, '1']);
  });

  test('a model that there is not is the reason', async () => {
    const holder = hold();
    await expect(holder.load()).rejects.toThrow(name);
    expect(holder.ready()).toMatchObject({ reason: expect.stringContaining(name) });
  });

  test('a pinned version stays though another is the latest', async () => {
    await publishLinear(store, name, someWeights);
    await publishLinear(store, name, someWeights);
    const holder = hold({ version: '1' });
    await holder.load();
    await holder.refresh();
    expect(holder.version()).toBe('1');
  });

  test('a damaged version is refused; the one before goes on serving; a good one then replaces it', async () => {
    await publishLinear(store, name, someWeights);
    const holder = hold();
    await holder.load();
    await publishLinear(store, name, someWeights);
    await damage('2');
    await expect(holder.load()).rejects.toThrow(/weights\.json/);
    expect([holder.ready(), holder.version()]).toEqual([true, '1']);
    await publishLinear(store, name, someWeights);
    await holder.refresh();
    expect(holder.version()).toBe('3');
  });

  test('a store that cannot be asked for another version is told of, and what serves goes on', async () => {
    await publishLinear(store, name, someWeights);
    const told: unknown[] = [];
    const log = { ...silentLogger, info: () => {}, warn: (...words: unknown[]) => void told.push(words[1]) } as typeof silentLogger;
    const away: Store = { ...store, latest: async () => Promise.reject(new Error('access denied')) };
    const holder = hold({ store: away, log });
    await holder.load();
    await expect(holder.refresh()).rejects.toThrow('access denied');
    expect([holder.ready(), told]).toEqual([true, ['the store cannot be asked for another version']]);
  });

  test('a damaged first version leaves it not ready with the reason', async () => {
    await publishLinear(store, name, someWeights);
    await damage('1');
    const holder = hold();
    await expect(holder.load()).rejects.toThrow();
    expect(holder.ready()).toMatchObject({ reason: expect.stringMatching(/weights\.json/) });
  });

  test('another format is refused, naming both', async () => {
    await publishLinear(store, name, someWeights, { format: 'other' });
    await expect(hold().load()).rejects.toThrow(/"other".*"test-linear"/);
  });

  test('a model whose answer is not what its signature states is refused at its first prediction', async () => {
    await publishLinear(store, name, someWeights);
    let disposed = 0;
    const wrong: Model = { ...linearModel(someWeights), predict: () => [], dispose: () => void disposed++ };
    await expect(hold({ load: async () => wrong }).load()).rejects.toThrow(
      'failed its first prediction: it gave 0 outputs where its signature states 1',
    );
    expect(disposed).toBe(1);
  });

  test('requests share calls of a model that gains by it, unless it mixes its rows: of that the log tells', async () => {
    await publishLinear(store, name, someWeights);
    const told: unknown[] = [];
    const log = { ...silentLogger, info: () => {}, warn: (...words: unknown[]) => void told.push(words[1]) } as typeof silentLogger;
    const model = linearModel(someWeights);
    const mixing: Model['predict'] = (inputs) => {
      const [{ data, ...rest }] = model.predict(inputs) as readonly [Tensor];
      const values = data as Float32Array;
      return [{ ...rest, data: values.map((value) => value / Math.max(...values)) }];
    };
    const batched = async (patch: Partial<Model>): Promise<boolean> => {
      const batching = { maxRows: 8, maxDelayMs: 0, maxWaiting: 8 };
      const holder = hold({ load: async () => ({ ...model, ...patch }), batching, log });
      await holder.load();
      return holder.current()?.batcher !== undefined;
    };
    expect(await batched({})).toBe(false);
    expect(await batched({ batching: true })).toBe(true);
    expect(told).toEqual([]);
    expect(await batched({ batching: true, predict: mixing })).toBe(false);
    expect(told).toEqual(['it answers several rows otherwise than each alone, so requests do not share its calls']);
  });

  test('the first prediction is of one row inside the range, scaled', async () => {
    const seen: unknown[] = [];
    const spec = { inputs: [{ ...signature.inputs[0]!, shape: [-1, 6], range: { min: 2, max: 5 } }], outputs: [...signature.outputs] };
    const model = linearModel(someWeights);
    await publishLinear(store, name, someWeights, { scaling: { scale: 10, offset: 1 } });
    const load = async (): Promise<Model> => ({
      ...model,
      signature: spec,
      predict(inputs) {
        seen.push(...inputs.map(({ data }) => [...(data as Float32Array)]));
        return model.predict(inputs);
      },
    });
    await hold({ load }).load();
    expect(seen).toEqual([Array.from({ length: 6 }, () => 21)]);
  });
});

describe('swapping', () => {
  test('a version is disposed of only when its last request is through', async () => {
    const disposed: number[] = [];
    let made = 0;
    const load = async (): Promise<Model> => {
      const id = ++made;
      return linearModel(someWeights, { dispose: () => void disposed.push(id) });
    };
    await publishLinear(store, name, someWeights);
    const holder = hold({ load });
    await holder.load();
    const gate = Promise.withResolvers<void>();
    const running = holder.use(async () => gate.promise);
    await holder.load();
    expect(disposed).toEqual([]);
    gate.resolve();
    await running;
    expect(disposed).toEqual([1]);
    await holder.unload();
    expect(disposed).toEqual([1, 2]);
    expect(holder.ready()).toEqual({ reason: 'it was unloaded by request' });
  });

  test('loads that are asked for at once run one after the other', async () => {
    await publishLinear(store, name, someWeights);
    let running = 0;
    let most = 0;
    const load: typeof loadLinear = async (artifact) => {
      most = Math.max(most, ++running);
      const model = await loadLinear(artifact);
      running--;
      return model;
    };
    const holder = hold({ load });
    await Promise.all([holder.load(), holder.load('1'), holder.load()]);
    expect(most).toBe(1);
  });
});

describe('the repository', () => {
  test('its index states each version, and why one is not served', async () => {
    await publishLinear(store, name, someWeights);
    const { repository, load } = hold();
    expect(await repository.index()).toEqual([{ name, state: 'UNAVAILABLE', reason: 'no version is loaded yet' }]);
    await load();
    await publishLinear(store, name, someWeights);
    expect(await repository.index()).toEqual([
      { name, version: '1', state: 'READY', reason: '' },
      { name, version: '2', state: 'UNAVAILABLE', reason: 'version 1 serves' },
    ]);
  });

  test('it loads by version, and refuses other models and versions by name', async () => {
    await publishLinear(store, name, someWeights);
    await publishLinear(store, name, someWeights);
    const holder = hold();
    await holder.repository.load(name, '1');
    expect(holder.version()).toBe('1');
    await holder.repository.load(name);
    expect(holder.version()).toBe('2');
    await expect(holder.repository.load('other')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(holder.repository.load(name, '9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await damage('1');
    await expect(holder.repository.load(name, '1')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(holder.version()).toBe('2');
    await holder.repository.unload(name);
    expect(holder.version()).toBeUndefined();
  });
});
