import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { decodeImage } from './decode-image.ts';
import { resize, toGrey, type Image } from './image.ts';
import { fixture } from './testing/folder.ts';

const grey = Array.from({ length: 24 }, (_, at) => at * 10);
const colour = grey.flatMap((value) => [value, 255 - value, 128]);
const read = async (name: string): Promise<Image> => decodeImage(await fixture(name), name);

describe('a PNG image', () => {
  test.each([
    ['grey.png', 1, grey],
    ['grey16.png', 1, grey],
    ['rgb.png', 3, colour],
    ['bits.png', 1, grey.map((value) => (value >= 120 ? 255 : 0))],
    ['palette.png', 3, colour],
    ['rgba.png', 3, colour.map((value, at) => (at < 36 ? value : 255))],
    ['grey-alpha.png', 1, grey.map((value, at) => (at < 12 ? value : 255))],
    ['key.png', 3, colour.map((value, at) => (at < 3 ? 255 : value))],
  ])('that Pillow wrote as %s', async (name, channels, pixels) => {
    const image = await read(name);
    expect(image).toMatchObject({ width: 6, height: 4, channels });
    expect([...image.pixels]).toEqual(pixels);
  });

  test('with a palette of greys is grey', async () => {
    const { channels, pixels } = await read('palette-grey.png');
    expect([channels, pixels.length, new Set(pixels).size]).toEqual([1, 24, 4]);
  });

  test('that is interlaced is read', () => {
    const data = Uint8Array.from({ length: 81 }, (_, at) => at * 3);
    expect(decodeImage(encode({ width: 9, height: 9, data, channels: 1 }, { interlace: 'Adam7' })).pixels).toEqual(data);
  });

  test('that is broken is refused', async () => {
    const bytes = await fixture('grey.png');
    const changed = (at: number, value: number): Uint8Array => Uint8Array.from(bytes).fill(value, at, at + 1);
    expect(() => decodeImage(bytes.subarray(0, 20), 'a')).toThrow('a: byte 20: the file ends here; a PNG begins with 33 bytes of header');
    expect(() => decodeImage(bytes.subarray(0, 60), 'a')).toThrow('a: a broken PNG: ');
    expect(() => decodeImage(changed(45, 1), 'a')).toThrow(/a: a broken PNG: .*(CRC|decompress)/i);
    expect(() => decodeImage(changed(16, 255), 'a')).toThrow('a: byte 16: 4278190086×4 pixels; at most 64000000 are read');
    expect(() => decodeImage(changed(17, 200), 'a')).toThrow('a: byte 16: 13107206×4 pixels cannot be packed into 81 bytes');
    expect(() => decodeImage(changed(19, 0), 'a')).toThrow('a: byte 16: an image of 0×4 pixels is empty');
    expect(() => decodeImage(Buffer.from('GIF89a'), 'a')).toThrow('a: byte 0: neither a PNG nor a JPEG image');
  });
});

describe('a JPEG image', () => {
  const ramp = Float64Array.from({ length: 256 }, (_, at) => at);
  const furthest = (pixels: ArrayLike<number>, expected: ArrayLike<number>): number =>
    Math.max(...Array.from(pixels, (pixel, at) => Math.abs(pixel - (expected[at] as number))));

  test.each(['grey.jpg', 'progressive.jpg'])('that Pillow wrote as %s', async (name) => {
    const image = await read(name);
    expect(image).toMatchObject({ width: 16, height: 16, channels: 1 });
    expect(furthest(image.pixels, ramp)).toBeLessThanOrEqual(4);
  });

  test('in colour has red, green and blue in their places', async () => {
    const { channels, pixels } = await read('rgb.jpg');
    expect(channels).toBe(3);
    const at = (x: number, y: number): number => ramp[16 * y + x] as number;
    const expected = Array.from({ length: 256 }, (_, pixel) => [pixel % 16, Math.floor(pixel / 16)] as const).flatMap(([x, y]) => [
      at(x, y),
      at(15 - y, x),
      at(15 - x, 15 - y),
    ]);
    expect(furthest(pixels, expected)).toBeLessThanOrEqual(10);
  });

  test('that is broken is refused', async () => {
    const bytes = await fixture('grey.jpg');
    expect(() => decodeImage(bytes.subarray(0, -1), 'a')).toThrow(`a: byte ${bytes.length - 1}: the file ends here, before the image does`);
    const frame = Buffer.from(bytes).indexOf('ffc0', 'hex');
    const large = Uint8Array.from(bytes).fill(0xff, frame + 5, frame + 9);
    expect(() => decodeImage(large, 'a')).toThrow(`a: byte ${frame}: 65535×65535 pixels: more than ${bytes.length} bytes hold`);
    const table = Buffer.from(bytes).indexOf('ffc4', 'hex');
    expect(() => decodeImage(Uint8Array.from(bytes).fill(0, table, table + 2), 'a')).toThrow(`a: byte ${table}: a broken JPEG: no marker`);
  });
});

describe('an image', () => {
  test('becomes grey by luma', () => {
    const image: Image = { width: 4, height: 1, channels: 3, pixels: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 200, 200, 200) };
    expect([...toGrey(image).pixels]).toEqual([76, 150, 29, 200]);
    const already: Image = { width: 1, height: 1, channels: 1, pixels: Uint8Array.of(7) };
    expect(toGrey(already)).toBe(already);
  });

  test('shrinks to the means of what each pixel covers', () => {
    const image: Image = { width: 3, height: 2, channels: 1, pixels: Uint8Array.of(0, 30, 60, 90, 120, 150) };
    expect([...resize(image, 1, 1).pixels]).toEqual([75]);
    expect([...resize(image, 3, 1).pixels]).toEqual([45, 75, 105]);
    expect([...resize(image, 2, 2).pixels]).toEqual([10, 50, 100, 140]); // a third of the middle column each
  });

  test('grows by repeating, keeps its size, and keeps colours apart', () => {
    const image: Image = { width: 2, height: 1, channels: 3, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    expect([...resize(image, 4, 1).pixels]).toEqual([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
    expect(resize(image, 2, 1)).toEqual(image);
    expect(() => resize(image, 0, 1)).toThrow('an image cannot be of 0×1 pixels');
  });
});
