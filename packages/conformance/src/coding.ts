import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { post, send } from './rest-client.ts';
import type { Subject } from './target.ts';

/** Packed bodies, both ways. */
export function coding(subject: Subject): void {
  const predictions = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
    send(`${subject.target.http}/api/v1.0/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  const requestOf = (rows: number) =>
    Buffer.from(JSON.stringify({ data: { ndarray: Array.from({ length: rows }, () => subject.target.row) } }));

  describe('packed bodies', () => {
    test.each([
      ['gzip', gzipSync],
      ['zstd', zstdCompressSync],
    ])('one in %s is taken as what is in it', async (name, pack) => {
      const { status, json } = await predictions(Uint8Array.from(pack(requestOf(1))), { 'content-encoding': name });
      expect(status).toBe(200);
      const plain = await post(`${subject.target.http}/api/v1.0/predictions`, { data: { ndarray: [subject.target.row] } });
      expect(json.data).toEqual(plain.json.data);
    });

    test('one that is not what it says, and a coding that is unknown, are refused', async () => {
      expect((await predictions(Uint8Array.from(requestOf(1)), { 'content-encoding': 'gzip' })).status).toBe(400);
      const unknown = await predictions(Uint8Array.from(requestOf(1)), { 'content-encoding': 'snappy' });
      expect([unknown.status, unknown.json.status.info]).toEqual([415, expect.stringContaining('snappy')]);
    });

    test('a long answer comes packed where the client takes that, and is the same', async () => {
      const body = Uint8Array.from(requestOf(1200));
      const packed = await predictions(body, { 'accept-encoding': 'gzip' });
      expect(packed.headers.get('content-encoding')).toBe('gzip');
      const plain = await predictions(body, { 'accept-encoding': 'identity' });
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(packed.json.data).toEqual(plain.json.data);
    });
  });
}
