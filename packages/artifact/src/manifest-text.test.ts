import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { datatypes } from '@switchyard/protocol';
import type { Manifest } from './manifest.ts';
import { formatManifest, parseManifest } from './manifest-text.ts';
import { manifest } from './test/draft.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // JSON has no −0
const text = fc.string({ unit: 'binary', minLength: 1 });
const key = text.filter((each) => each !== '__proto__');
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const spec = fc.record(
  {
    datatype: fc.constantFrom(...datatypes),
    shape: fc.constant([-1, -1]),
    range: fc.tuple(number, number).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) })),
    columns: fc.array(text),
  },
  { requiredKeys: ['datatype', 'shape'] },
);
const specs = fc
  .uniqueArray(fc.tuple(text, spec), { minLength: 1, maxLength: 3, selector: ([name]) => name })
  .map((pairs) => pairs.map(([name, each]) => ({ name, ...each })));
const path = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}(\/[A-Za-z0-9._+=@,-]{0,5}[a-z]){0,2}$/).filter((each) => !each.includes('__proto__'));
const scale = fc.oneof(number, fc.array(number));
const manifests: fc.Arbitrary<Manifest> = fc.record(
  {
    schema: fc.constant('switchyard.artifact/v1' as const),
    name: fc.stringMatching(/^[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?$/),
    version: fc.integer({ min: 1, max: 999_999 }).map(String),
    format: text,
    signature: fc.record({ inputs: specs, outputs: specs }),
    scaling: fc.record({ scale, offset: scale }),
    classNames: fc.array(text),
    metrics: fc.dictionary(key, number),
    hyperparameters: fc.dictionary(key, fc.oneof(text, number, fc.boolean())),
    seed: fc.nat(),
    dataset: fc.record({ name: text, digest, rows: fc.nat() }),
    producer: text,
    created: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((date) => date.toISOString()),
    files: fc.dictionary(path, fc.record({ bytes: fc.nat(), sha256: digest }), { minKeys: 1 }),
  },
  {
    requiredKeys: [
      'schema',
      'name',
      'version',
      'format',
      'signature',
      'metrics',
      'hyperparameters',
      'seed',
      'dataset',
      'producer',
      'created',
      'files',
    ],
  },
);

describe('the text of a manifest', () => {
  test('gives the manifest back', () => {
    fc.assert(
      fc.property(manifests, (made) => {
        const plain: unknown = JSON.parse(JSON.stringify(made)); // records of fast-check may have no prototype
        expect(parseManifest(formatManifest(made), 'it')).toEqual(plain);
      }),
    );
  });

  test('is the same, in whatever order the keys were put', () => {
    const reversed = <T extends object>(record: T): T => Object.fromEntries(Object.entries(record).toReversed()) as T;
    fc.assert(
      fc.property(manifests, (made) => {
        const other = { ...reversed(made), metrics: reversed(made.metrics), files: reversed(made.files) };
        expect(formatManifest(other)).toBe(formatManifest(made));
      }),
    );
  });

  test('is refused with any bit of it flipped', () => {
    const sound = Buffer.from(formatManifest(manifest));
    fc.assert(
      fc.property(fc.nat({ max: sound.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
        const flipped = Buffer.from(sound);
        flipped[at] = flipped[at]! ^ (1 << bit);
        expect(() => parseManifest(flipped.toString(), 'it')).toThrow(expect.objectContaining({ name: 'ArtifactError' }));
      }),
      { numRuns: 2000 },
    );
  });

  test('is refused cut off anywhere', () => {
    const sound = formatManifest(manifest);
    for (let length = 0; length < sound.length; length += 7)
      expect(() => parseManifest(sound.slice(0, length), 'it')).toThrow('model.json');
  });

  test('is for reading: a list of numbers takes one line, and the last field is the sha256 of the rest', () => {
    const lines = formatManifest(manifest).split('\n');
    expect(lines).toContain('        "shape": [-1, 2],');
    expect(lines).toContain('    "offset": [0, 0]');
    expect(lines.filter((line) => /^ {2}"/.test(line)).map((line) => line.split('"')[1])).toEqual(
      'schema name version format signature scaling classNames metrics hyperparameters seed dataset producer created files sha256'.split(
        ' ',
      ),
    );
    const rest = `${lines.slice(0, -3).join('\n').replace(/,$/, '')}\n}\n`;
    expect(lines.at(-3)).toBe(`  "sha256": "${createHash('sha256').update(rest).digest('hex')}"`);
  });
});

describe('a manifest that is refused is told by its field', () => {
  const edited = (change: (text: string) => string): string => change(formatManifest(manifest));
  test.each([
    ['not JSON', '{"schema": ', 'INVALID_MANIFEST', 'it: model.json is not JSON: '],
    ['not an object', '7', 'INVALID_MANIFEST', 'it: model.json: schema: Invalid input'],
    [
      'a wrong type',
      edited((text) => text.replace('[-1, 2]', '"two"')),
      'INVALID_MANIFEST',
      'it: model.json: signature.inputs[0].shape: Invalid input: expected array, received string',
    ],
    [
      'a wrong key',
      edited((text) => text.replace('forest.bin', '../forest.bin')),
      'INVALID_MANIFEST',
      'files["../forest.bin"]: a file of an artifact is named by a relative path',
    ],
    [
      'an unknown key',
      edited((text) => text.replace('"seed"', '"sead"')),
      'INVALID_MANIFEST',
      'seed: Invalid input: expected number, received undefined; the whole: Unrecognized key: "sead"',
    ],
    [
      'a value changed by hand',
      edited((text) => text.replace('0.97', '0.99')),
      'CORRUPT',
      'it: model.json was changed after it was published: its sha256 is ',
    ],
    ['its own sha256 taken out', edited((text) => text.replace(/,\n {2}"sha256": "\w+"\n}/, '\n}')), 'CORRUPT', ', and it says none'],
    [
      'two seals',
      edited((text) => text.replace('{\n', `{\n  "sha256": "${'0'.repeat(64)}",\n`)),
      'CORRUPT',
      'changed after it was published',
    ],
  ])('%s', (_, text, code, message) => {
    expect(() => parseManifest(text, 'it')).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test('and is not written either', () => {
    const wrong = { ...manifest, seed: 1.5 };
    expect(() => formatManifest(wrong)).toThrow(
      expect.objectContaining({ code: 'INVALID_MANIFEST', message: expect.stringContaining('model "letters": model.json: seed: ') }),
    );
  });
});
