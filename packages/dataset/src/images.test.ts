import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { readImageFolder } from './images.ts';
import { fixture, folderOf } from './testing/folder.ts';

const png = (value: number, width = 2, channels: 1 | 3 = 1): Uint8Array =>
  encode({ width, height: 1, channels, data: new Uint8Array(width * channels).fill(value) });

describe('a folder of images', () => {
  test('has a class for each folder, all in order of their names', async () => {
    const folder = await folderOf({
      'dog/2.png': png(3),
      'dog/10.png': png(2),
      'cat/x.PNG': png(1),
      'cat/.hidden': 'x',
      'dog/Thumbs.db': 'x',
    });
    const { train, test } = await readImageFolder(folder);
    expect(train).toMatchObject({ rows: 3, shape: [1, 2], features: Uint8Array.of(1, 1, 2, 2, 3, 3), domain: { min: 0, max: 255 } });
    expect(train.labels).toMatchObject({ names: ['cat', 'dog'], codes: Uint16Array.of(0, 1, 1) });
    expect(test).toBeUndefined();
  });

  test('may have a training and a test set', async () => {
    const { train, test } = await readImageFolder(
      await folderOf({ 'train/a/1.png': png(1), 'train/b/1.png': png(2), 'test/b/1.png': png(3) }),
    );
    expect([train.rows, test?.rows, test?.labels.names]).toEqual([2, 1, ['b']]);
  });

  test('is in colour, in both sets, as soon as one is', async () => {
    const folder = await folderOf({
      'train/a/1.png': png(1),
      'train/b/1.png': png(2, 2, 3),
      'train/b/2.png': png(4),
      'test/b/1.png': png(3),
    });
    const { train, test } = await readImageFolder(folder);
    expect(train).toMatchObject({ shape: [1, 2, 3], features: Uint8Array.of(1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 4) });
    expect(test).toMatchObject({ shape: [1, 2, 3], features: new Uint8Array(6).fill(3) });
  });

  test('mixes PNG and JPEG', async () => {
    const grey = encode({ width: 16, height: 16, channels: 1, data: new Uint8Array(256) });
    const { train } = await readImageFolder(await folderOf({ 'a/1.jpeg': await fixture('grey.jpg'), 'b/1.png': grey }));
    expect(train).toMatchObject({ rows: 2, shape: [16, 16] });
  });

  test.each([
    ['images of two sizes', { 'a/1.png': png(1), 'b/1.png': png(1, 3) }, 'b/1.png: 3×1 pixels; ROOT/a/1.png has 2×1'],
    ['a file of another kind', { 'a/1.png': png(1), 'a/2.gif': 'GIF89a' }, 'a/2.gif: neither a PNG nor a JPEG image (.png, .jpg, .jpeg)'],
    ['a file that is not what it is called', { 'a/1.png': 'text' }, 'a/1.png: byte 0: neither a PNG nor a JPEG image'],
    ['a file beside the classes', { 'a/1.png': png(1), 'readme.md': 'x' }, 'readme.md: a file among the folders of the classes'],
    ['a class without images', { 'a/1.png': png(1), 'b/.keep': '' }, 'b: a class without images'],
    ['folders too deep', { 'a/b/1.png': png(1) }, 'a/b: neither a PNG nor a JPEG image'],
    ['more than train and test', { 'train/a/1.png': png(1), 'val/a/1.png': png(1) }, 'val: neither "train" nor "test"'],
  ])('with %s is refused', async (_, files, message) => {
    const folder = await folderOf(files);
    await expect(readImageFolder(folder)).rejects.toThrow(`${join(folder, '/')}${message.replace('ROOT', folder)}`);
  });

  test('that is empty or missing is refused', async () => {
    await expect(readImageFolder(await folderOf({}))).rejects.toThrow('no folders of images, one a class');
    await expect(readImageFolder('/none/such')).rejects.toThrow('/none/such: there is no such file or folder');
  });
});
