import { expect, test } from 'vitest';
import { startServer } from '@switchyard/conformance';
import { digits, trainSoftmax } from './test/softmax.ts';

const softmax = await trainSoftmax();
await softmax.publish();
const body = JSON.stringify({ data: { ndarray: [Array.from(digits(softmax.split, 1))] } });

/** The weights of the first version, turned round: no answer of one could be of the other. */
function opposite(): typeof softmax.files {
  const path = 'tfjs/weights.bin';
  return {
    ...softmax.files,
    [path]: new Uint8Array(new Float32Array(softmax.files[path]!.slice().buffer).map((weight) => -weight).buffer),
  };
}

test('a version takes the place of another under traffic: no request fails, and each is answered by one of both', async () => {
  const runtime = await startServer(new URL('main.ts', import.meta.url), { store: softmax.folder, model: 'digits' });
  await runtime.ready();
  const post = (path: string, given = '') =>
    fetch(`${runtime.http}${path}`, { method: 'POST', headers: given ? { 'content-type': 'application/json' } : {}, body: given });
  const ask = async (): Promise<number[]> => {
    const response = await post('/api/v1.0/predictions', body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return (JSON.parse(text) as { data: { ndarray: number[][] } }).data.ndarray[0]!;
  };

  const answers: number[][] = [];
  const through = new AbortController();
  const client = async (): Promise<void> => {
    while (!through.signal.aborted) answers.push(await ask());
  };
  const first = await ask();
  const clients = Promise.all(Array.from({ length: 4 }, client));
  for (let reload = 0; reload < 2; reload++) {
    await softmax.publish(reload % 2 === 0 ? { files: opposite() } : {});
    expect((await post('/v2/repository/models/digits/load')).status).toBe(200);
    const enough = answers.length + 10;
    while (answers.length < enough) await ask();
  }
  through.abort();
  await clients;
  await softmax.publish({ files: opposite() });
  await post('/v2/repository/models/digits/load');
  const second = await ask();

  const near = (one: readonly number[], other: readonly number[]) => one.every((value, at) => Math.abs(value - other[at]!) < 1e-5);
  expect(near(first, second)).toBe(false);
  expect(answers.filter((answer) => !near(answer, first) && !near(answer, second))).toEqual([]);
  expect(answers.some((answer) => near(answer, first)) && answers.some((answer) => near(answer, second))).toBe(true);
  expect(await runtime.stop()).toBe(0);
});
