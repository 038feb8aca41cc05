import { expect, test } from 'vitest';
import { parseImageReference } from './image-reference.ts';

test.each([
  ['mnist', { registry: 'docker.io', repository: 'mnist', tag: 'latest' }],
  ['seldonio/deepmnistclassifier_runtime:0.1', { registry: 'docker.io', repository: 'seldonio/deepmnistclassifier_runtime', tag: '0.1' }],
  ['localhost/a/b', { registry: 'localhost', repository: 'a/b', tag: 'latest' }],
  ['localhost:5000/a:B_1.x-y', { registry: 'localhost:5000', repository: 'a', tag: 'B_1.x-y' }],
  ['ghcr.io/a/b/c__d:1', { registry: 'ghcr.io', repository: 'a/b/c__d', tag: '1' }],
])('%s is taken apart', (name, parts) => {
  expect(parseImageReference(name)).toEqual(parts);
});

test.each([
  ['Mnist', '"Mnist" must be lower-case'],
  ['a//b', '"" must be lower-case'],
  ['', '"" must be lower-case'],
  ['a:', '"" is no tag'],
  ['a:b:c', '"b:c" is no tag'],
  [`a:${'x'.repeat(129)}`, 'is no tag'],
  ['ghcr.io:port/a', '"ghcr.io:port" is no registry'],
  [`${'a/'.repeat(130)}a`, 'its path has 261 characters; the limit is 255'],
  ['a@sha256:0000', 'it has a digest'],
])('%j is refused, and the part that is wrong is named', (name, why) => {
  expect(() => parseImageReference(name)).toThrow(why);
});
