import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeTo } from './close-to.ts';
import { runClient } from './python.ts';
import { ask, rows, startServed, type Served } from './served.ts';

type Found = Readonly<Record<'runtime' | 'router', Readonly<Record<string, unknown>>>>;
let served: Served;
let found: Found;
let expected: number[][];
beforeAll(async () => {
  served = await startServed();
  const { runtime, router } = served;
  expected = await ask(runtime);
  const columns = ['sepal_width', 'petal_length', 'sepal_length', 'petal_width'];
  found = await runClient<Found>('mlflow', { rows, columns, runtime, router });
});
afterAll(() => served?.stop());

describe.each(['runtime', 'router'] as const)('mlflow’s client of scoring servers and the %s', (server) => {
  test.each(['frame', 'array'])('an inference of a data %s', (way) => closeTo(found[server][way], expected));

  if (server === 'runtime') test('columns in another order are the same columns', () => closeTo(found[server]['other order'], expected));

  test('a version, and a refusal in words', () => {
    expect(found[server]['version']).toMatch(/^\d+\.\d+/);
    expect(found[server]['refusal']).toMatch(server === 'runtime' ? /sepal_length.*is missing/ : /2 columns/);
  });
});
