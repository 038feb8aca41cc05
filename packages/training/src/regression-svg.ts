import { shade, svgDocument, svgRect, svgText } from './svg.ts';

const cells = 60;
const side = 8;

/**
 * Predicted against true numbers as a drawing: the plane in 60 × 60 cells, the deeper the blue the more rows; on the line they are equal.
 * However many rows, the drawing stays small.
 */
export function regressionSvg(targets: ArrayLike<number>, predicted: ArrayLike<number>): string {
  let [least, most] = [Infinity, -Infinity];
  for (let row = 0; row < targets.length; row++) {
    least = Math.min(least, targets[row] as number, predicted[row] as number);
    most = Math.max(most, targets[row] as number, predicted[row] as number);
  }
  const counts = new Map<number, number>();
  const cellOf = (value: number): number =>
    most === least ? 0 : Math.min(cells - 1, Math.floor(((value - least) / (most - least)) * cells));
  for (let row = 0; row < targets.length; row++) {
    const at = cellOf(predicted[row] as number) * cells + cellOf(targets[row] as number);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const fullest = [...counts.values()].reduce((most, count) => Math.max(most, count), 1);
  const [left, top, size] = [80, 40, cells * side];
  const marks = [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([at, count]) => {
      const [up, right] = [Math.floor(at / cells), at % cells];
      return svgRect(
        left + right * side,
        top + size - (up + 1) * side,
        side,
        side,
        shade(0.08 + (0.92 * count) / fullest),
        `${count} rows`,
      );
    });
  const title = `Predicted against true value, ${targets.length} rows`;
  return svgDocument(left + size + 30, top + size + 50, title, [
    svgText(10, 20, title),
    ...marks,
    `<path d="M${left} ${top + size}L${left + size} ${top}" stroke="#a50f15"/>`,
    `<rect x="${left}" y="${top}" width="${size}" height="${size}" fill="none" stroke="#999"/>`,
    svgText(left, top + size + 18, tick(least)),
    svgText(left + size, top + size + 18, tick(most), 'end'),
    svgText(left + size / 2, top + size + 36, 'true value', 'middle'),
    svgText(left - 6, top + size, tick(least), 'end'),
    svgText(left - 6, top + 10, tick(most), 'end'),
    svgText(left - 6, top + size / 2, 'predicted', 'end'),
  ]);
}

const tick = (value: number): string => String(Number(value.toPrecision(4)));
