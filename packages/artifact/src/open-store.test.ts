import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openStore } from './open-store.ts';
import { draft, writing } from './test/draft.ts';
import { temporaryFolder } from './test/folder.ts';

test('a path, absolute or relative, and a file:// address open the same store', async () => {
  const directory = join(temporaryFolder(), 'with space');
  await openStore(directory).publish('letters', writing({ 'forest.bin': 'trees' }, draft));
  for (const uri of [
    directory,
    relative(process.cwd(), directory),
    pathToFileURL(directory).href,
    pathToFileURL(directory).href.replace('file:', 'FILE:'),
  ]) {
    expect(await openStore(uri).versions('letters')).toEqual(['1']);
  }
});

test.each(['http://host/models', 'oci://registry/models', 'constructor://x'])('%s is refused, with what there is', (uri) => {
  const message = `no store for ${uri.split('//')[0]}//, of "${uri}"; there are the path of a folder, and file://, s3://, gs://`;
  expect(() => openStore(uri)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_STORE', message }));
});

test('an empty address and a file:// address of another host are refused', () => {
  expect(() => openStore('')).toThrow('the address of the store is empty');
  expect(() => openStore('file://elsewhere/models')).toThrow('"file://elsewhere/models" is not the address of a store: ');
});

test('an address of a bucket opens without a request; one that can be none is refused', () => {
  for (const uri of ['s3://bucket', 'S3://bucket/', 's3://my.bucket/a/b/', 'gs://my_bucket/a']) expect(() => openStore(uri)).not.toThrow();
  for (const uri of [
    's3://',
    's3:///models',
    's3://B',
    'gs://b',
    's3://bucket//a',
    's3://bucket/../a',
    's3://bucket/a?b=c',
    's3://a:b@bucket/x',
  ])
    expect(() => openStore(uri)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_STORE', message: expect.stringContaining('is not the address of a store') }),
    );
});
