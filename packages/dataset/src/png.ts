import { decode, type DecodedPng } from 'fast-png';
import { DatasetError } from './error.ts';
import { mostPixels, type Image } from './image.ts';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Deflate shrinks to 1/1032 at best: an image that claims to be larger is not all there. */
const densest = 1032;

export function looksLikePng(head: Uint8Array): boolean {
  return signature.every((byte, at) => head[at] === byte);
}

/** Grey stays grey; colour, and palettes with colour in them, become RGB. @throws DatasetError */
export function decodePng(bytes: Uint8Array, file: string): Image {
  checkHeader(bytes, file);
  const png = decodeChecked(bytes, file);
  const { width, height } = png;
  const samples = unpack(png);
  const colours = png.palette ? lookUp(samples, png.palette, file) : { samples: toBytes(samples, png), channels: png.channels };
  const opaque = onWhite(colours.samples, colours.channels);
  if (png.transparency) whiten(opaque, samples, png);
  return png.palette ? greyIfAllGrey(width, height, opaque) : { width, height, channels: png.channels < 3 ? 1 : 3, pixels: opaque };
}

/** IHDR is read before the library sees the file, so that what it claims is never allocated unchecked. */
function checkHeader(bytes: Uint8Array, file: string): void {
  if (bytes.length < 33) throw new DatasetError(file, `byte ${bytes.length}`, 'the file ends here; a PNG begins with 33 bytes of header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, depth] = [view.getUint32(16), view.getUint32(20), view.getUint8(24)];
  const size = `${width}×${height} pixels`;
  if (view.getUint32(12) !== 0x49484452) throw new DatasetError(file, 'byte 12', 'a PNG begins with the chunk IHDR');
  if (width === 0 || height === 0) throw new DatasetError(file, 'byte 16', `an image of ${size} is empty`);
  if (width * height > mostPixels) throw new DatasetError(file, 'byte 16', `${size}; at most ${mostPixels} are read`);
  if ((width * height * depth) / 8 > bytes.length * densest)
    throw new DatasetError(file, 'byte 16', `${size} cannot be packed into ${bytes.length} bytes`);
  if (view.getUint8(28) !== 0 && depth < 8) throw new DatasetError(file, 'byte 28', `interlaced with ${depth} bits a pixel: not supported`);
}

function decodeChecked(bytes: Uint8Array, file: string): DecodedPng {
  let png: DecodedPng;
  try {
    png = decode(bytes, { checkCrc: true });
  } catch (error) {
    throw new DatasetError(file, undefined, `a broken PNG: ${(error as Error).message}`, { cause: error });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const indexed = view.getUint8(25) === 3;
  if (indexed !== (png.palette !== undefined) && indexed) throw new DatasetError(file, undefined, 'a broken PNG: the palette is missing');
  if (!indexed) delete png.palette; // of other colour types it is a mere suggestion
  return png;
}

/** One value a sample, where several share a byte; each line starts a new byte. */
function unpack({ data, depth, width, height, channels }: DecodedPng): Uint8Array | Uint16Array {
  if (depth === 16) return data as Uint16Array;
  if (depth === 8) return data as Uint8Array;
  const perLine = width * channels;
  const lineBytes = Math.ceil((perLine * depth) / 8);
  const samples = new Uint8Array(height * perLine);
  for (let at = 0; at < samples.length; at++) {
    const bit = (at % perLine) * depth;
    const byte = data[Math.floor(at / perLine) * lineBytes + (bit >> 3)] as number;
    samples[at] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  }
  return samples;
}

function toBytes(samples: Uint8Array | Uint16Array, { depth }: DecodedPng): Uint8Array {
  const most = 2 ** depth - 1;
  return depth === 8 ? Uint8Array.from(samples) : Uint8Array.from(samples, (sample) => Math.round((sample * 255) / most));
}

function lookUp(indexes: ArrayLike<number>, palette: readonly number[][], file: string): { samples: Uint8Array; channels: number } {
  const samples = new Uint8Array(indexes.length * 4);
  for (let at = 0; at < indexes.length; at++) {
    const colour = palette[indexes[at] as number];
    if (!colour) throw new DatasetError(file, `pixel ${at}`, `colour ${indexes[at]} of a palette of ${palette.length}`);
    samples.set(colour, 4 * at);
    if (colour.length === 3) samples[4 * at + 3] = 255;
  }
  return { samples, channels: 4 };
}

/** Without the alpha channel, which the last of 2 or 4 is. */
function onWhite(samples: Uint8Array, channels: number): Uint8Array {
  if (channels % 2 === 1) return samples;
  const kept = channels - 1;
  return Uint8Array.from({ length: (samples.length / channels) * kept }, (_, at) => {
    const pixel = Math.floor(at / kept) * channels;
    const alpha = (samples[pixel + kept] as number) / 255;
    return Math.round((samples[pixel + (at % kept)] as number) * alpha + 255 * (1 - alpha));
  });
}

/** The one colour that a tRNS chunk makes transparent, in the samples' own depth. */
function whiten(pixels: Uint8Array, samples: ArrayLike<number>, { transparency = new Uint16Array(), channels }: DecodedPng): void {
  for (let at = 0; at < samples.length; at += channels) {
    let same = transparency.length === channels;
    for (let channel = 0; channel < channels && same; channel++) same = samples[at + channel] === transparency[channel];
    if (same) pixels.fill(255, at, at + channels);
  }
}

function greyIfAllGrey(width: number, height: number, pixels: Uint8Array): Image {
  const grey = Uint8Array.from({ length: width * height }, (_, at) => pixels[3 * at] as number);
  const isGrey = grey.every((value, at) => pixels[3 * at + 1] === value && pixels[3 * at + 2] === value);
  return isGrey ? { width, height, channels: 1, pixels: grey } : { width, height, channels: 3, pixels };
}
