import { expect, test } from 'vitest';
import { readModelUri } from './model-uri.ts';

test.each([
  ['s3://bucket/models/digits', undefined, { store: 's3://bucket/models', model: 'digits' }],
  ['s3://bucket/digits/', undefined, { store: 's3://bucket', model: 'digits' }],
  ['gs://bucket/a/b/digits/12', undefined, { store: 'gs://bucket/a/b', model: 'digits', version: '12' }],
  ['s3://bucket/models/digits', 'digits', { store: 's3://bucket/models', model: 'digits' }],
  ['s3://bucket/models/digits/3', 'digits', { store: 's3://bucket/models', model: 'digits', version: '3' }],
  ['s3://bucket/models/', 'digits', { store: 's3://bucket/models', model: 'digits' }],
  ['s3://bucket', 'digits', { store: 's3://bucket', model: 'digits' }],
  ['/mnt/models/digits', undefined, { store: '/mnt/models', model: 'digits' }],
  ['file:///mnt/models/digits', undefined, { store: 'file:///mnt/models', model: 'digits' }],
  ['s3://bucket', undefined, undefined],
])('%s of model %s', (uri, named, place) => {
  expect(readModelUri(uri, named)).toEqual(place);
});
