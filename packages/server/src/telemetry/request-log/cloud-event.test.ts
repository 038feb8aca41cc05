import { expect, test } from 'vitest';
import { batchRequest, binaryRequest } from './cloud-event.ts';

const attributes = { id: '1', type: 't', source: 'http://a/' };
const json = 'application/json';

test('in binary mode attributes are headers and the data is the body', () => {
  const data = Buffer.from('{"a":1.0}');
  const { headers, body } = binaryRequest({ attributes, contentType: json, data });
  expect(headers).toEqual({ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-type': 't', 'ce-source': 'http://a/', 'content-type': json });
  expect(body).toBe(data);
  expect(binaryRequest({ attributes, contentType: json, data: undefined })).toMatchObject({ headers: { 'ce-id': '1' }, body: '' });
});

test('what a header cannot hold is percent-encoded, as the specification has it', () => {
  const { headers } = binaryRequest({ attributes: { id: 'Euro € 😀 100% "q"\r\nx: y' }, contentType: json, data: '' });
  expect(headers['ce-id']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80%20100%25%20%22q%22%0D%0Ax:%20y');
});

test('in a batch JSON stands as it came, all else in base64', () => {
  const { headers, body } = batchRequest([
    { attributes, contentType: 'application/json; charset=utf-8', data: Buffer.from('{"id":9007199254740993,"x":1.0}') },
    { attributes, contentType: json, data: '{"broken' },
    { attributes, contentType: 'application/protobuf', data: Uint8Array.of(0xff, 0) },
    { attributes, contentType: json },
  ]);
  expect(headers['content-type']).toMatch(/^application\/cloudevents-batch\+json/);
  expect(body).toContain('"data":{"id":9007199254740993,"x":1.0}');
  expect(JSON.parse(body as string)).toEqual([
    { specversion: '1.0', ...attributes, datacontenttype: 'application/json; charset=utf-8', data: { id: 9007199254740992, x: 1 } },
    { specversion: '1.0', ...attributes, datacontenttype: json, data_base64: Buffer.from('{"broken').toString('base64') },
    { specversion: '1.0', ...attributes, datacontenttype: 'application/protobuf', data_base64: '/wA=' },
    { specversion: '1.0', ...attributes },
  ]);
});
