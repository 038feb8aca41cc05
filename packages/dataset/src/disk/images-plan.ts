import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import type { Folder } from '../folder.ts';
import { checkSize, classifiedFiles, imageParts, readImage } from '../images.ts';
import type { Image } from '../image.ts';
import { collector } from '../labels.ts';
import type { Source } from '../source.ts';
import type { Table } from '../table.ts';
import { featureWriter } from './feature-writer.ts';
import type { PartPlan, Plan } from './plan.ts';
import { workFile, workName } from './work-file.ts';

type Listed = { readonly name: string; readonly file: string };
type Channels = Image['channels'];

export async function imagesPlan({ text }: Source): Promise<Plan> {
  const { train, test } = await imageParts(text);
  const parts = await Promise.all(
    [train, ...(test ? [test] : [])].map(async (folder) => ({ folder, images: await classifiedFiles(folder) })),
  );
  let colour: Promise<Channels> | undefined;
  /** What all images of both parts have: only one that looks at every image knows. It is asked for once. */
  const channels = (): Promise<Channels> => (colour ??= channelsOf(parts.flatMap(({ images }) => images)));
  const files = parts.flatMap(({ images }) => images.map(({ file }) => file));
  const [first, second] = await Promise.all(parts.map(({ folder, images }) => partPlan(folder, images, files, channels)));
  return { train: first as PartPlan, ...(second && { test: second }) };
}

async function partPlan(
  { path }: Folder,
  images: readonly Listed[],
  all: readonly string[],
  channels: () => Promise<Channels>,
): Promise<PartPlan> {
  const [first] = images;
  const { width, height, channels: some } = first ? await readImage(first.file) : { width: 0, height: 0, channels: 1 };
  return {
    bytes: images.length * width * height * some,
    async convert(folder) {
      const name = await workName(all, path);
      return workFile(join(folder, name), async (file) => writeImages(file, path, images, await channels()));
    },
  };
}

async function channelsOf(images: readonly Listed[]): Promise<Channels> {
  for (const { file } of images) if ((await readImage(file)).channels === 3) return 3;
  return 1;
}

async function writeImages(handle: FileHandle, path: string, images: readonly Listed[], channels: Channels) {
  const writer = featureWriter(handle.fd, 'f4');
  const labels = collector(path);
  let first: { readonly image: Image; readonly file: string } | undefined;
  for (const { name, file } of images) {
    const image = await readImage(file);
    first ??= { image, file };
    checkSize(image, file, first.image, first.file);
    const times = channels / image.channels;
    for (const pixel of image.pixels) for (let channel = 0; channel < times; channel++) writer.add(pixel);
    labels.add(name, file);
  }
  const { width = 0, height = 0 } = first?.image ?? {};
  const { names, codes } = labels.finish();
  const table: Table = {
    file: path,
    rows: images.length,
    shape: channels === 1 ? [height, width] : [height, width, channels],
    features: new Uint8Array(0),
    labels: { names, codes, indexes: false },
    domain: { min: 0, max: 255 },
  };
  return { table, features: { rows: images.length, width: width * height * channels, type: writer.finish().type } };
}
