import { Client, credentials } from '@grpc/grpc-js';
import { decodeSeldonModelMetadata, seldonServices, type RawMethod } from '@switchyard/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { linearModel, signature, someWeights } from './fixtures/linear.ts';
import { serveLocally, unit } from './fixtures/serving.ts';
import { readDescription } from './model-description.ts';
import { modelPredictor } from './model-predictor.ts';
import { fixedModel } from './model-source.ts';

test('YAML and JSON say the same', () => {
  const described = {
    name: 'digits',
    versions: ['v7', '8'],
    platform: 'forest',
    inputs: [{ messagetype: 'tensor', schema: { names: ['pixels'], shape: [784] } }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 10] }],
    custom: { author: 'us', reviewed: 'true' },
  };
  expect(readDescription(JSON.stringify({ ...described, versions: ['v7', 8], custom: { author: 'us', reviewed: true } }))).toEqual(
    described,
  );
  const yaml = `
name: digits
versions: [v7, 8]
platform: forest
inputs:
- messagetype: tensor
  schema:
    names: [pixels]
    shape: [784]
outputs:
- name: probabilities
  datatype: FP32
  shape: [-1, 10]
custom:
  author: us
  reviewed: true
`;
  expect(readDescription(yaml)).toEqual(described);
});

test.each([
  ['name: [', 'is not YAML'],
  ['just words', 'does not describe a model'],
  ['version: 7', 'version'],
  ['inputs: [{ name: x, shape: [a] }]', 'inputs.0.shape.0'],
])('%s is refused, and what is wrong with it is named', (text, message) => {
  expect(() => readDescription(text)).toThrow(message);
});

test('Seldon’s metadata has it, by REST and by gRPC, of the model and of the graph; the Open Inference Protocol has the artifact', async () => {
  const described = readDescription('{ name: digits, versions: [v7], custom: { author: us } }');
  const predictor = modelPredictor(fixedModel('lines', linearModel(someWeights), { version: '3' }), { ...unit, described });
  const server = await serveLocally(predictor, { drainMs: 0 });
  onTestFinished(() => server.close());
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const get = async (path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${server.httpPort}${path}`)).json();
  const same = (bytes: Buffer) => bytes;
  const call = ({ path }: RawMethod): Promise<unknown> =>
    new Promise((resolve, reject) =>
      client.makeUnaryRequest(path, same, same, Buffer.alloc(0), (error, answer) =>
        error ? reject(error) : resolve(decodeSeldonModelMetadata(answer as Buffer)),
      ),
    );
  const told = { name: 'digits', versions: ['v7'], platform: 'test', custom: expect.objectContaining({ author: 'us', 'range.x': '0..1' }) };
  expect(await get('/metadata')).toMatchObject({ ...told, inputs: [{ name: 'x', datatype: signature.inputs[0]?.datatype }] });
  expect(await get('/api/v1.0/metadata/lines')).toMatchObject(told);
  expect(await call(seldonServices.Model.Metadata)).toMatchObject(told);
  expect(await call(seldonServices.Seldon.ModelMetadata)).toMatchObject(told);
  expect(await get('/v2/models/lines')).toMatchObject({ name: 'lines', versions: ['3'] });
});
