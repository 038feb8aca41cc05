import { expect, test } from 'vitest';
import vectors from '../../golden/vectors.json' with { type: 'json' };
import type { ModelMetadata } from '../call.ts';
import {
  ModelMetadataRequest,
  ModelReadyResponse,
  ServerLiveResponse,
  ServerMetadataResponse,
  ServerReadyResponse,
} from '../generated/messages.ts';
import {
  decodeOipModelMetadataRequest,
  decodeOipModelReadyRequest,
  encodeOipModelMetadata,
  encodeOipModelReady,
  encodeOipServerLive,
  encodeOipServerMetadata,
  encodeOipServerReady,
  oipModelMetadataJson,
  oipServerMetadataJson,
} from './metadata.ts';

const inputs = [{ name: 'x', datatype: 'FP32' as const, shape: [-1, 784], range: { min: 0, max: 255 } }];
const model: ModelMetadata = { name: 'mnist', versions: ['2'], platform: 'forest', inputs, outputs: [], custom: { 'range.x': '0..255' } };
const server = { name: 'rf-runtime', version: '0.1.0', extensions: ['binary_tensor_data'] };

test('a model is described in JSON by the members that the protocol has', () => {
  expect(oipModelMetadataJson(model).toString()).toBe(
    '{"name":"mnist","versions":["2"],"platform":"forest","inputs":[{"name":"x","datatype":"FP32","shape":[-1,784]}],"outputs":[]}',
  );
});

test("a model is described in protobuf as Google's writes it, its facts as properties", () => {
  expect(encodeOipModelMetadata(model).toString('hex')).toBe(vectors.oip_metadata);
});

test('a server is described in both', () => {
  expect(JSON.parse(oipServerMetadataJson(server).toString())).toEqual(server);
  expect(ServerMetadataResponse.decode(encodeOipServerMetadata(server))).toMatchObject(server);
});

test('requests name the model, and its version where they do', () => {
  const bytes = (version: string): Uint8Array => ModelMetadataRequest.encode({ name: 'mnist', version }).finish();
  expect(decodeOipModelMetadataRequest(bytes(''))).toEqual({ name: 'mnist' });
  expect(decodeOipModelReadyRequest(bytes('2'))).toEqual({ name: 'mnist', version: '2' });
  expect(() => decodeOipModelReadyRequest(Uint8Array.of(0x0a, 0x09))).toThrow('not a valid inference.ModelReadyRequest');
});

test.each([true, false])('ready and live say %s', (value) => {
  expect(ModelReadyResponse.decode(encodeOipModelReady(value)).ready).toBe(value);
  expect(ServerReadyResponse.decode(encodeOipServerReady(value)).ready).toBe(value);
  expect(ServerLiveResponse.decode(encodeOipServerLive(value)).live).toBe(value);
});
