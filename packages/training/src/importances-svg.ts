import { shortened } from './confusion.ts';
import { shade, svgDocument, svgRect, svgText } from './svg.ts';

const mostBars = 30;

/**
 * How much each feature matters to a model, drawn: of images each pixel in its place, of tables one bar a column, the 30 greatest.
 *
 * @param importances One number a feature. Those below 0, as permutation gives them to features that only do harm, are drawn as nothing.
 * @param shape Of one row: two dimensions or more are an image, of which the channels are added up.
 * @param what The title's first words.
 */
export function importancesSvg(
  importances: ArrayLike<number>,
  shape: readonly number[],
  columnNames?: readonly string[],
  what = 'Importance',
): string {
  const values = Array.from(importances);
  const [height, width] = shape;
  if (shape.length < 2 || height === undefined || width === undefined) return bars(values, columnNames, what);
  return heatMap(values, height, width, what);
}

function heatMap(values: readonly number[], height: number, width: number, what: string): string {
  const channels = values.length / (height * width);
  const pixels = Array.from({ length: height * width }, (_, pixel) =>
    values.slice(pixel * channels, (pixel + 1) * channels).reduce((sum, each) => sum + each, 0),
  );
  const most = pixels.reduce((most, each) => Math.max(most, each), 0);
  const side = Math.max(2, Math.floor(448 / Math.max(height, width)));
  const [left, top] = [10, 32];
  const marks = pixels.flatMap((value, pixel) => {
    if (value <= 0) return [];
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return [
      svgRect(
        left + column * side,
        top + row * side,
        side,
        side,
        shade(value / most),
        `row ${row}, column ${column}: ${value.toExponential(2)}`,
      ),
    ];
  });
  const title = `${what} of each of ${height} × ${width} pixels`;
  const frame = `<rect x="${left}" y="${top}" width="${width * side}" height="${height * side}" fill="none" stroke="#999"/>`;
  return svgDocument(Math.max(260, 2 * left + width * side), top + height * side + 10, title, [svgText(left, 20, title), ...marks, frame]);
}

function bars(values: readonly number[], columnNames: readonly string[] | undefined, what: string): string {
  const order = [...values.keys()].toSorted((a, b) => (values[b] as number) - (values[a] as number) || a - b).slice(0, mostBars);
  const most = Math.max(0, ...order.map((column) => values[column] as number));
  const [left, top, line, length] = [170, 36, 20, 320];
  const title = `${what} of ${order.length < values.length ? `the first ${order.length} of ${values.length}` : `all ${values.length}`} columns`;
  const marks = order.flatMap((column, at) => {
    const value = values[column] as number;
    const wide = most > 0 ? (Math.max(0, value) / most) * length : 0;
    const y = top + at * line;
    return [
      svgText(left - 8, y + 12, shortened(columnNames?.[column] ?? `column ${column}`, 24), 'end'),
      svgRect(left, y + 2, wide, line - 6, '#2171b5'),
      svgText(left + wide + 6, y + 12, value.toFixed(4)),
    ];
  });
  return svgDocument(left + length + 80, top + order.length * line + 10, title, [svgText(10, 20, title), ...marks]);
}
