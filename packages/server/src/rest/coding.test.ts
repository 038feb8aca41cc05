import { gunzipSync, gzipSync, inflateSync, zstdCompressSync, zstdDecompressSync, deflateSync } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { bestCoding, decoderOf, encodeReply } from './coding.ts';

const body = Buffer.from(JSON.stringify({ data: { ndarray: Array.from({ length: 5000 }, (_, index) => index / 7) } }));
const requestOf = (coding?: string) => ({ headers: { 'content-encoding': coding } }) as unknown as IncomingMessage;
const packed = { gzip: gzipSync(body), zstd: zstdCompressSync(body), deflate: deflateSync(body), 'X-GZIP': gzipSync(body) };

test.each(Object.entries(packed))('a body in %s is unpacked', async (coding, bytes) => {
  expect(await decoderOf(requestOf(coding))!(bytes, 1e6)).toEqual(body);
});

test('a body as it is needs nothing', () => {
  for (const coding of [undefined, '', 'identity']) expect(decoderOf(requestOf(coding))).toBeUndefined();
});

test('a coding that is unknown is refused by name, with those that are not', () => {
  expect(() => decoderOf(requestOf('br'))).toThrow('content-encoding "br" is not taken; send gzip, zstd, deflate or none');
});

test.each(Object.entries(packed))(
  'a body in %s that unpacks to more than the limit, is cut off or is none is refused',
  async (coding, bytes) => {
    const decode = decoderOf(requestOf(coding))!;
    await expect(decode(bytes, body.length - 1)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(decode(bytes.subarray(0, 100), 1e6)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(decode(Buffer.from('{"data":{}}'), 1e6)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  },
);

test.each([
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'gzip'],
  ['gzip, deflate, br, zstd', 'zstd'],
  ['zstd;q=0.5, GZIP;q=0.8', 'gzip'],
  ['*', 'zstd'],
  ['*;q=0.1, zstd;q=0', 'gzip'],
  ['identity, gzip;q=0.5', undefined],
  ['br', undefined],
  ['gzip;q=0', undefined],
  ['', undefined],
])('of "%s", %s is chosen', (accepted, coding) => expect(bestCoding(accepted)).toBe(coding));

test('a long answer is packed for who takes it, a short one is not', async () => {
  const reply = { status: 200, headers: { 'content-type': 'application/json' }, body };
  const unpackers = { gzip: gunzipSync, zstd: zstdDecompressSync, deflate: inflateSync };
  for (const [coding, unpack] of Object.entries(unpackers)) {
    const answer = await encodeReply(reply, coding);
    expect(answer.headers).toEqual({ ...reply.headers, 'content-encoding': coding, vary: 'accept-encoding' });
    expect(answer.body.length).toBeLessThan(body.length / 2);
    expect(unpack(answer.body as Uint8Array)).toEqual(body);
  }
  expect(await encodeReply(reply, undefined)).toBe(reply);
  const short = { ...reply, body: '{}' };
  expect(await encodeReply(short, 'gzip')).toBe(short);
});
