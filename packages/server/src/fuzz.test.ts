import { expect, test } from 'vitest';
import { fuzz } from './fixtures/fuzz/fuzz.ts';
import { linearPredictor, serveLocally } from './fixtures/serving.ts';
import type { Answer, Predictor } from './predictor.ts';

// A million by hand: nx fuzz server.
test('no changed request makes a server fail, hang, answer wrongly or without a word', async () => {
  const server = await serveLocally(linearPredictor(), { drainMs: 20 });
  const { statuses, faults } = await fuzz(server, { seed: 1, requests: 10_000 });
  await server.close();
  expect(faults).toEqual([]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining(['HTTP 200', 'HTTP 400', 'HTTP 404', 'HTTP 415', 'gRPC 0', 'gRPC 3']));
});

test('it finds a model that fails at some requests, and one that answers wrongly', async () => {
  const broken: Predictor = {
    ...linearPredictor(),
    predict: async (call) => {
      if (call.message.meta.tags?.['a'] !== undefined) throw new TypeError('tags have no a');
      return halved(await linearPredictor().predict(call));
    },
  };
  const server = await serveLocally(broken, { drainMs: 20 });
  const { faults } = await fuzz(server, { seed: 1, requests: 300 });
  await server.close();
  const found = faults.map(({ what }) => what.replace(/[:,].*/s, ''));
  expect(found).toEqual(expect.arrayContaining(['status 500', 'a wrong answer']));
});

function halved(answer: Answer): Answer {
  const { payload } = answer;
  if (payload.kind !== 'tensors') return answer;
  const tensors = payload.tensors.map((tensor) => ({ ...tensor, data: (tensor.data as Float32Array).map((value) => value / 2) }));
  return { ...answer, payload: { ...payload, tensors } };
}
