import { expect, test } from 'vitest';
import type { Signature } from '@switchyard/protocol';
import { manifestSchema, type Draft, type Manifest } from './manifest.ts';
import { manifest } from './test/draft.ts';

test('a signature of the protocol is one of the manifest, and the other way round', () => {
  const signature: Signature = manifest.signature;
  const back: Manifest['signature'] = signature;
  const stated: Pick<Draft, 'signature' | 'scaling' | 'classNames'> = { signature: back, scaling: undefined, classNames: undefined };
  expect(manifestSchema.safeParse({ ...manifest, signature: stated.signature }).success).toBe(true);
});

test('the seed may be left without scaling, class names, range and columns', () => {
  const { scaling: _, classNames: __, ...least } = manifest;
  const spec = { name: 'x', datatype: 'INT64', shape: [] };
  expect(manifestSchema.safeParse({ ...least, signature: { inputs: [spec], outputs: [spec] } }).success).toBe(true);
});

const [input] = manifest.signature.inputs;
const inputs = (...specs: unknown[]): unknown => ({ ...manifest.signature, inputs: specs });

test.each<[string, object, PropertyKey[]]>([
  ['another schema', { schema: 'switchyard.artifact/v2' }, ['schema']],
  ['an unknown field', { colour: 'red' }, []],
  ['a name in upper case', { name: 'Letters' }, ['name']],
  ['version 0', { version: '0' }, ['version']],
  ['no input', { signature: inputs() }, ['signature', 'inputs']],
  ['an unknown datatype', { signature: inputs({ ...input, datatype: 'FP128' }) }, ['signature', 'inputs', 0, 'datatype']],
  ['a size of −2', { signature: inputs({ ...input, shape: [-2, 2] }) }, ['signature', 'inputs', 0, 'shape', 0]],
  ['a range upside down', { signature: inputs({ ...input, range: { min: 1, max: 0 } }) }, ['signature', 'inputs', 0, 'range']],
  ['two inputs of one name', { signature: inputs(input, input) }, ['signature', 'inputs', 1, 'name']],
  ['three columns for two', { signature: inputs({ ...input, columns: ['a', 'b', 'c'] }) }, ['signature', 'inputs', 0, 'columns']],
  ['missing words', { signature: inputs({ ...input, datatype: 'BYTES', missing: true }) }, ['signature', 'inputs', 0, 'missing']],
  [
    'a missing output',
    { signature: { ...manifest.signature, outputs: [{ ...input, missing: true }] } },
    ['signature', 'outputs', 0, 'missing'],
  ],
  ['a scale for three columns of two', { scaling: { scale: [1, 2, 3], offset: 0 } }, ['scaling', 'scale']],
  ['an offset that is text', { scaling: { scale: 1, offset: '0' } }, ['scaling', 'offset']],
  ['an infinite metric', { metrics: { loss: Infinity } }, ['metrics', 'loss']],
  ['a hyper-parameter that is a list', { hyperparameters: { layers: [1] } }, ['hyperparameters', 'layers']],
  ['a seed below 0', { seed: -1 }, ['seed']],
  ['a digest of 63 digits', { dataset: { ...manifest.dataset, digest: 'd'.repeat(63) } }, ['dataset', 'digest']],
  ['a date without a time', { created: '2026-01-02' }, ['created']],
  ['no file', { files: {} }, ['files']],
  ['a file outside', { files: { '../x': { bytes: 1, sha256: 'a'.repeat(64) } } }, ['files', '../x']],
  ['a file of −1 bytes', { files: { x: { bytes: -1, sha256: 'a'.repeat(64) } } }, ['files', 'x', 'bytes']],
])('%s is refused', (_, change, path) => {
  const issues = manifestSchema.safeParse({ ...manifest, ...change }).error?.issues;
  expect(issues?.map((issue) => issue.path)).toEqual([path]);
});

test('scaling by column goes with a width that is left open', () => {
  const open = { signature: inputs({ name: 'x', datatype: 'FP32', shape: [-1, -1] }), scaling: { scale: [1, 2, 3], offset: 0 } };
  expect(manifestSchema.safeParse({ ...manifest, ...open }).success).toBe(true);
});
