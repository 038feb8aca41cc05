import * as fc from 'fast-check';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readCsv } from './csv.ts';
import { DatasetError } from './error.ts';
import { parseIdx, parseIdxGzip } from './idx.ts';
import { decodeImage } from './decode-image.ts';
import { parseNpy } from './npy.ts';
import { readNpzTables } from './npz.ts';
import { fixture, folderOf, idxBytes } from './testing/folder.ts';

type Change = { readonly kind: 'set' | 'cut' | 'insert' | 'ones'; readonly at: number; readonly value: number };

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('set', 'cut', 'insert', 'ones'),
  at: fc.oneof(fc.nat(64), fc.nat(2000)), // the header more often than what follows
  value: fc.nat(255),
});

function mutate(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  return changes.reduce<Uint8Array>((bytes, { kind, at, value }) => {
    const place = at % (bytes.length + 1);
    if (kind === 'cut') return bytes.slice(0, place);
    if (kind === 'insert') return Buffer.concat([bytes.subarray(0, place), Uint8Array.of(value), bytes.subarray(place)]);
    return Uint8Array.from(bytes).fill(kind === 'set' ? value : 255, place, kind === 'set' ? place + 1 : place + 4);
  }, Uint8Array.from(bytes));
}

const idx = idxBytes(0x08, [10, 2, 2], new Uint8Array(40));
const csv = Buffer.from('a,"b c",k\n1,2.5,x\n"3",4,y\n');

test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
  ['idx', idx, (bytes) => parseIdx(bytes, 'a')],
  ['idx.gz', gzipSync(idx), (bytes) => parseIdxGzip(bytes, 'a')],
  ...(await Promise.all(
    ['ramp-f8-be.npy', 'fortran.npy', 'version-3.npy'].map(
      async (name) => [name, await fixture(name), (bytes: Uint8Array) => parseNpy(bytes, 'a')] as const,
    ),
  )),
  ...(await Promise.all(
    ['stored.npz', 'deflated.npz'].map(
      async (name) => [name, await fixture(name), (bytes: Uint8Array) => readNpzTables(bytes, 'a')] as const,
    ),
  )),
  ...(await Promise.all(
    ['grey.png', 'grey16.png', 'palette.png', 'bits.png', 'key.png', 'grey.jpg', 'rgb.jpg', 'progressive.jpg'].map(
      async (name) => [name, await fixture(name), (bytes: Uint8Array) => decodeImage(bytes, 'a')] as const,
    ),
  )),
] as [string, Uint8Array, (bytes: Uint8Array) => unknown][])(
  'a changed %s is read or refused, and allocates no more than it could hold',
  async (_, original, parse) => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const before = process.memoryUsage().arrayBuffers;
        try {
          await parse(mutate(original, changes));
        } catch (error) {
          expect(error).toBeInstanceOf(DatasetError);
          refused++;
        }
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64e6);
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(30);
  },
);

test('a changed table is read or refused', async () => {
  const file = join(await folderOf({}), 'a.csv');
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      await writeFile(file, mutate(csv, changes));
      await readCsv(file).catch((error: unknown) => expect(error).toBeInstanceOf(DatasetError));
    }),
    { numRuns: 200 },
  );
});
