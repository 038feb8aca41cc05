import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TensorFlowError } from '../tensorflow-error.ts';
import { recorded } from '../test/python-models.ts';
import { parseSavedModel } from './parse.ts';
import { stripOperations } from './strip.ts';

const several = new Uint8Array(readFileSync(join(recorded, 'several/saved_model.pb')));

test('reads signatures and operations of what Python wrote', () => {
  const { signatures, operations, producer } = parseSavedModel(several);
  expect([...signatures.keys()]).toEqual(['embed', 'serving_default']);
  expect(signatures.get('embed')?.inputs).toEqual([{ spec: { name: 'x', datatype: 'FP32', shape: [-1, 3] }, tensor: 'embed_x:0' }]);
  expect([...operations]).toEqual(expect.arrayContaining(['DisableCopyOnRead', 'MatMul', 'Softmax', 'VarHandleOp']));
  expect(producer).toBe('2.21.0');
});

test('leaves operations out, and nothing else', () => {
  const stripped = stripOperations(several, new Set(['DisableCopyOnRead']));
  const [before, after] = [several, stripped].map((bytes) => parseSavedModel(bytes));
  expect([...before!.operations].filter((name) => !after!.operations.has(name))).toEqual(['DisableCopyOnRead']);
  expect(after!.signatures).toEqual(before!.signatures);
  expect([...after!.nodes]).toEqual([...before!.nodes].filter(([, operation]) => operation !== 'DisableCopyOnRead'));
  expect(stripOperations(several, new Set(['Absent']))).toEqual(Buffer.from(several));
});

test('whatever else the bytes are, it says so', () => {
  const whole = fc.uint8Array({ maxLength: 400 });
  const cut = fc.nat({ max: several.length }).map((end) => several.subarray(0, end));
  const changed = fc
    .array(fc.tuple(fc.nat({ max: several.length - 1 }), fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = several.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(whole, cut, changed), (bytes) => {
      try {
        parseSavedModel(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TensorFlowError);
      }
    }),
    { numRuns: 500 },
  );
});
