import type { Dataset } from '@switchyard/dataset';
import type { PermutationImportances } from '@switchyard/forest';
import { importancesSvg } from '@switchyard/training';

type Columns = Pick<Dataset, 'shape' | 'columnNames'>;

/** What a forest looks at, as files of its artifact: numbers by column, and a drawing; of images each pixel in its place. */
export function importanceFiles(
  impurity: Float64Array,
  permutation: PermutationImportances | undefined,
  { shape, columnNames }: Columns,
): Record<string, Uint8Array> {
  const byColumn = (numbers: Float64Array): Record<string, number> | number[] =>
    columnNames ? Object.fromEntries(columnNames.map((name, column) => [name, numbers[column] as number])) : Array.from(numbers);
  const drawn = {
    'report/importances.json': json(byColumn(impurity)),
    'report/importances.svg': text(importancesSvg(impurity, shape, columnNames)),
  };
  if (!permutation) return drawn;
  const { score, means, deviations } = permutation;
  return {
    ...drawn,
    'report/permutation-importances.json': json({ score, means: byColumn(means), deviations: byColumn(deviations) }),
    'report/permutation-importances.svg': text(importancesSvg(means, shape, columnNames, 'Importance by permutation')),
  };
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const json = (content: unknown): Uint8Array => text(`${JSON.stringify(content)}\n`);
