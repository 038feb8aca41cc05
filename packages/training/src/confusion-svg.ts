import { shortened } from './confusion.ts';
import type { Evaluation } from './evaluation.ts';
import { shade, svgDocument, svgRect, svgText } from './svg.ts';

const mostDrawn = 100;
const mostNumbered = 30;

/**
 * The confusion matrix as a drawing, truth down and prediction across: what is right in blue, mistakes in red, each by its part of the true
 * class. Of more than 100 classes, neighbours are drawn as one.
 */
export function confusionSvg(evaluation: Evaluation): string {
  const groups = groupClasses(evaluation);
  const names = groups.names.map((name) => shortened(name, 18));
  const size = names.length;
  const numbered = size <= mostNumbered;
  const cell = numbered ? 44 : Math.max(7, Math.floor(900 / size));
  const [left, top] = [150, 80];
  const cells = [...groups.cells].map(([at, count]) => {
    const [truth, predicted] = [Math.floor(at / size), at % size];
    const part = count / (groups.support[truth] as number);
    const [x, y] = [left + predicted * cell, top + truth * cell];
    const title = `${names[truth]} → ${names[predicted]}: ${count}`;
    const rect = svgRect(x, y, cell, cell, shade(part, truth === predicted ? 'blue' : 'red'), title);
    if (!numbered) return rect;
    return rect + svgText(x + cell / 2, y + cell / 2 + 4, String(count), 'middle', part > 0.3 ? 'fill="#fff"' : '');
  });
  const step = Math.ceil(14 / cell); // names must not cover each other
  const labelled = names.flatMap((name, at) => {
    if (at % step > 0) return [];
    const middle = at * cell + cell / 2;
    const turned = `transform="rotate(-45 ${left + middle} ${top - 6})"`;
    return [svgText(left - 6, top + middle + 4, name, 'end'), svgText(left + middle, top - 6, name, 'start', size > 12 ? turned : '')];
  });
  const title = `Confusion matrix: accuracy ${evaluation.accuracy.toFixed(4)} on ${evaluation.rows} rows; truth down, prediction across`;
  const frame = `<rect x="${left}" y="${top}" width="${size * cell}" height="${size * cell}" fill="none" stroke="#999"/>`;
  return svgDocument(Math.max(620, left + size * cell + 90), top + size * cell + 20, title, [
    svgText(10, 20, title),
    ...cells,
    frame,
    ...labelled,
  ]);
}

type Groups = { readonly names: readonly string[]; readonly cells: ReadonlyMap<number, number>; readonly support: readonly number[] };

function groupClasses({ confusion, classNames }: Evaluation): Groups {
  const width = Math.ceil(classNames.length / mostDrawn);
  const size = Math.ceil(classNames.length / width);
  const names = Array.from({ length: size }, (_, group) => {
    const [first, last] = [classNames[group * width] as string, classNames[Math.min(classNames.length, (group + 1) * width) - 1] as string];
    return first === last ? first : `${shortened(first, 8)}…${shortened(last, 8)}`;
  });
  const support = names.map(() => 0);
  const cells = new Map<number, number>();
  for (const { truth, predicted, count } of confusion) {
    const [row, column] = [Math.floor(truth / width), Math.floor(predicted / width)];
    support[row]! += count;
    const at = row * size + column;
    cells.set(at, (cells.get(at) ?? 0) + count);
  }
  return { names, cells, support };
}
