import { join } from 'node:path';
import type { FeatureArray } from './dataset.ts';
import { DatasetError } from './error.ts';
import { readBytes } from './file.ts';
import { listFolder, type Folder } from './folder.ts';
import { decodeImage } from './decode-image.ts';
import type { Image } from './image.ts';
import { collector } from './labels.ts';
import type { Table, Tables } from './table.ts';

const imageName = /\.(png|jpe?g)$/i;

/**
 * A folder with a folder of PNG and JPEG images for each class, named as the class; or two of such, `train` and `test`.
 * All are of one size. They stay grey unless one is in colour: then all are RGB.
 *
 * @throws DatasetError for images of different sizes, with both, and for files that are no such images.
 */
export async function readImageFolder(path: string): Promise<Tables> {
  const { train, test } = await imageParts(path);
  const first = await readClasses(train);
  return test ? alike(first, await readClasses(test)) : { train: first };
}

/** The folder of the classes, or those of the classes for training and for the test. @throws DatasetError */
export async function imageParts(path: string): Promise<{ train: Folder; test?: Folder }> {
  const root = await listFolder(path);
  if (!root.folders.includes('train')) return { train: root };
  const [train, test] = ['train', 'test'].map((part) => join(path, part)) as [string, string];
  const other = root.folders.find((folder) => folder !== 'train' && folder !== 'test');
  if (other !== undefined)
    throw new DatasetError(join(path, other), undefined, 'neither "train" nor "test", where there is a folder "train"');
  const first = await listFolder(train);
  return root.folders.includes('test') ? { train: first, test: await listFolder(test) } : { train: first };
}

/** The images of all classes in order, each with its class. @throws DatasetError for what is no image. */
export async function classifiedFiles({ path, files, folders }: Folder): Promise<{ readonly name: string; readonly file: string }[]> {
  if (files[0] !== undefined) throw new DatasetError(join(path, files[0]), undefined, 'a file among the folders of the classes');
  const classes = await Promise.all(folders.map(async (name) => ({ name, images: imagesOf(await listFolder(join(path, name))) })));
  return classes.flatMap(({ name, images }) => images.map((file) => ({ name, file })));
}

export async function readImage(file: string): Promise<Image> {
  return decodeImage(await readBytes(file), file);
}

async function readClasses(folder: Folder): Promise<Table> {
  const { path } = folder;
  const labels = collector(path);
  const images = imageStore();
  for (const { name, file } of await classifiedFiles(folder)) {
    images.add(await readImage(file), file);
    labels.add(name, file);
  }
  const { names, codes } = labels.finish();
  return { file: path, ...images.finish(path), labels: { names, codes, indexes: false }, domain: { min: 0, max: 255 } };
}

function imagesOf({ path, files, folders }: Folder): string[] {
  const foreign = folders[0] ?? files.find((file) => !imageName.test(file));
  if (foreign !== undefined) throw new DatasetError(join(path, foreign), undefined, 'neither a PNG nor a JPEG image (.png, .jpg, .jpeg)');
  if (files.length === 0) throw new DatasetError(path, undefined, 'a class without images');
  return files.map((file) => join(path, file));
}

/** Gathers images of one size, one by one, in a buffer that grows. */
function imageStore() {
  let first: (Image & { readonly file: string }) | undefined;
  let pixels = new Uint8Array(0);
  let channels: 1 | 3 = 1;
  let rows = 0;
  return {
    add(image: Image, file: string): void {
      first ??= { ...image, file };
      checkSize(image, file, first, first.file);
      if (image.channels > channels) {
        pixels = tripled(pixels);
        channels = 3;
      }
      const each = image.channels < channels ? tripled(image.pixels) : image.pixels;
      const end = (rows + 1) * each.length;
      if (end > pixels.length) pixels = new Uint8Array(pixels.buffer.transfer(Math.max(end, Math.ceil(pixels.length * 1.5))));
      pixels.set(each, rows * each.length);
      rows++;
    },
    finish(path: string): Pick<Table, 'rows' | 'shape' | 'features'> {
      if (!first) throw new DatasetError(path, undefined, 'no folders of images, one a class');
      const shape = channels === 1 ? [first.height, first.width] : [first.height, first.width, 3];
      return { rows, shape, features: new Uint8Array(pixels.buffer.transfer(rows * first.height * first.width * channels)) };
    },
  };
}

/** @throws DatasetError unless an image is as large as the first. */
export function checkSize(image: Image, file: string, first: Image, firstFile: string): void {
  if (image.width !== first.width || image.height !== first.height)
    throw new DatasetError(file, undefined, `${image.width}×${image.height} pixels; ${firstFile} has ${first.width}×${first.height}`);
}

function tripled(grey: FeatureArray): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: grey.length * 3 }, (_, at) => grey[Math.floor(at / 3)] as number);
}

/** Both parts in RGB where one is. */
function alike(train: Table, test: Table): Tables {
  const coloured = (table: Table): Table =>
    table.shape.length === 3 ? table : { ...table, shape: [...table.shape, 3], features: tripled(table.features) };
  if (train.shape.length === test.shape.length) return { train, test };
  return { train: coloured(train), test: coloured(test) };
}
