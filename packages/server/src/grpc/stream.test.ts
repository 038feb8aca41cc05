import { status, type ServiceError } from '@grpc/grpc-js';
import { grpcClient } from '@switchyard/conformance';
import { expect, test } from 'vitest';
import { someRow, width } from '../fixtures/linear.ts';
import { aborted, heldPredictor, linearPredictor, serveLocally } from '../fixtures/serving.ts';

const request = (id: string) => ({
  id,
  inputs: [{ name: 'x', datatype: 'FP32', shape: [1, width], contents: { fp32_contents: someRow } }],
});
type Answer = { readonly id: string };

async function open(predictor = linearPredictor(), drainMs = 20_000) {
  const server = await serveLocally(predictor, { drainMs });
  const client = grpcClient('inference.GRPCInferenceService', `127.0.0.1:${server.grpcPort}`);
  const stream = client.duplex('ModelStreamInfer');
  const ended = new Promise<ServiceError>((resolve) => stream.on('error', resolve));
  return { server, client, stream, ended };
}

test('a stream that says nothing does not hold up a drain: it is told that the server goes', async () => {
  const { server, client, stream, ended } = await open();
  stream.write(request('first'));
  const first = await new Promise<Answer>((resolve) => stream.once('data', resolve));
  expect(first.id).toBe('first');
  await server.close();
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE, details: expect.stringContaining('open another stream') });
  client.close();
});

test('what a stream has under way is answered before', async () => {
  const held = heldPredictor();
  const { server, client, stream, ended } = await open(held.predictor);
  const answers: Answer[] = [];
  stream.on('data', (answer: Answer) => answers.push(answer));
  stream.write(request('under way'));
  stream.write(request('behind it'));
  await held.arrived(1);
  const closing = server.close();
  held.release();
  await closing;
  expect(await ended).toMatchObject({ code: status.UNAVAILABLE });
  expect(answers.map(({ id }) => id)).toEqual(['under way']);
  client.close();
});

test('a client that goes aborts what is under way', async () => {
  const held = heldPredictor();
  const { server, client, stream, ended } = await open(held.predictor, 20);
  stream.write(request('gone'));
  await held.arrived(1);
  stream.cancel();
  expect(await ended).toMatchObject({ code: status.CANCELLED });
  await aborted(held.calls[0]!.signal);
  held.release();
  await server.close();
  client.close();
});
