import { decode } from 'jpeg-js';
import { DatasetError } from './error.ts';
import { mostPixels, type Image } from './image.ts';

/** A block of 8×8 pixels takes one bit at least: an image that claims to be larger is not all there. */
const densest = 8 * 64;

export function looksLikeJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

/** One component stays grey; three become RGB. Baseline and progressive. @throws DatasetError */
export function decodeJpeg(bytes: Uint8Array, file: string): Image {
  const components = readComponents(bytes, file);
  const { width, height, data } = decodeChecked(bytes, file);
  if (components === 1)
    return { width, height, channels: 1, pixels: Uint8Array.from({ length: width * height }, (_, at) => data[3 * at] as number) };
  return { width, height, channels: 3, pixels: data };
}

function decodeChecked(bytes: Uint8Array, file: string): { width: number; height: number; data: Uint8Array } {
  try {
    return decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, maxResolutionInMP: mostPixels / 1e6 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error); // the library throws words as well as errors
    throw new DatasetError(file, undefined, `a broken JPEG: ${reason}`, { cause: error });
  }
}

/**
 * Walks the segments to the first scan: how many components the frame has. That the end marker follows is checked here,
 * since the library takes what is missing of a scan for black.
 */
function readComponents(bytes: Uint8Array, file: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let components = 0;
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1] as number;
    if (bytes[at] !== 0xff) throw new DatasetError(file, `byte ${at}`, 'a broken JPEG: no marker where a segment should begin');
    if (marker === 0xff) {
      at++; // fill bytes
      continue;
    }
    const length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    if (isFrame(marker) && at + 10 <= bytes.length) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (width * height > Math.min(mostPixels, bytes.length * densest))
        throw new DatasetError(
          file,
          `byte ${at}`,
          `${width}×${height} pixels: more than ${bytes.length} bytes hold, or than the ${mostPixels} that are read`,
        );
      components = view.getUint8(at + 9);
    }
    if (marker === 0xda && endsAfter(bytes, at)) return components;
    if (marker === 0xda) break;
    at += 2 + length;
  }
  throw new DatasetError(file, `byte ${bytes.length}`, 'the file ends here, before the image does');
}

/** SOF0 to SOF15, without DHT, JPG and DAC that lie between them. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function endsAfter(bytes: Uint8Array, scan: number): boolean {
  for (let at = bytes.indexOf(0xff, scan); at >= 0; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xd9) return true;
  return false;
}
