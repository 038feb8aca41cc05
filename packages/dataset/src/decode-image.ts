import { DatasetError } from './error.ts';
import type { Image } from './image.ts';
import { decodeJpeg, looksLikeJpeg } from './jpeg.ts';
import { decodePng, looksLikePng } from './png.ts';

/**
 * A PNG or JPEG image as 8-bit grey or RGB: 16 bits are rounded, palettes looked up, what is transparent shows white behind it.
 * Rotation that EXIF asks for is not applied.
 *
 * @param file Its name, for errors.
 * @throws DatasetError
 */
export function decodeImage(bytes: Uint8Array, file = 'image'): Image {
  if (looksLikePng(bytes)) return decodePng(bytes, file);
  if (looksLikeJpeg(bytes)) return decodeJpeg(bytes, file);
  throw new DatasetError(file, 'byte 0', 'neither a PNG nor a JPEG image');
}
