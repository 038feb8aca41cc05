/** `pixels` is row-major, `height × width × channels`; 0 is black. One channel is grey, three are red, green, blue. */
export type Image = { readonly width: number; readonly height: number; readonly channels: 1 | 3; readonly pixels: Uint8Array };

/** Most pixels of an image that is read: 64 million, as 8,000 × 8,000. */
export const mostPixels = 64_000_000;

/** Luma of Rec. 601, as photographs are greyed since the days of television; a grey image is given back as it is. */
export function toGrey(image: Image): Image {
  if (image.channels === 1) return image;
  const { pixels } = image;
  const grey = new Uint8Array(image.width * image.height);
  for (let at = 0; at < grey.length; at++) {
    const [red, green, blue] = [pixels[3 * at] as number, pixels[3 * at + 1] as number, pixels[3 * at + 2] as number];
    grey[at] = Math.round((299 * red + 587 * green + 114 * blue) / 1000);
  }
  return { ...image, channels: 1, pixels: grey };
}

/**
 * The image in another size, by area: a new pixel is the mean of what it covers of the old ones, each weighed by the part covered.
 * The sides are stretched each by its own; whoever wants to keep proportions pads first.
 *
 * @throws RangeError unless both sides are whole numbers ≥ 1.
 */
export function resize(image: Image, width: number, height: number): Image {
  if (!(Number.isSafeInteger(width) && Number.isSafeInteger(height) && width > 0 && height > 0))
    throw new RangeError(`an image cannot be of ${width}×${height} pixels`);
  const { channels } = image;
  const wide = new Float64Array(width * image.height * channels); // across first, then down
  for (let y = 0; y < image.height; y++) {
    const line = image.pixels.subarray(y * image.width * channels, (y + 1) * image.width * channels);
    shrink(line, image.width, wide.subarray(y * width * channels, (y + 1) * width * channels), width, channels);
  }
  const mean = new Float64Array(width * height * channels);
  shrink(wide, image.height, mean, height, width * channels);
  return { width, height, channels, pixels: Uint8Array.from(mean, Math.round) };
}

/** From `count` cells to `target` cells, each `size` values one after another. */
function shrink(from: ArrayLike<number>, count: number, to: Float64Array, target: number, size: number): void {
  for (let cell = 0; cell < target; cell++) {
    const [start, end] = [(cell * count) / target, ((cell + 1) * count) / target];
    for (let source = Math.floor(start); source < Math.min(Math.ceil(end), count); source++) {
      const weight = (Math.min(end, source + 1) - Math.max(start, source)) / (end - start);
      for (let at = 0; at < size; at++)
        to[cell * size + at] = (to[cell * size + at] as number) + weight * (from[source * size + at] as number);
    }
  }
}
