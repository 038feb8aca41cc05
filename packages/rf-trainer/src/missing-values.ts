import { rowWidth, type Dataset } from '@switchyard/dataset';

const mostNamed = 10;

/** Which columns have how many missing values, in words: `age 177 of 891 rows`; nothing where none has. */
export function missingValues(dataset: Pick<Dataset, 'features' | 'rows' | 'shape' | 'columnNames'>): string | undefined {
  const { features, rows, columnNames } = dataset;
  if (features instanceof Uint8Array) return undefined;
  const width = rowWidth(dataset);
  const counts = new Uint32Array(width);
  for (const [at, value] of features.entries()) if (Number.isNaN(value)) counts[at % width]!++;
  const columns = [...counts.keys()].filter((column) => counts[column]! > 0);
  if (columns.length === 0) return undefined;
  const named = columns.slice(0, mostNamed).map((column) => `${columnNames?.[column] ?? `column ${column}`} ${counts[column]}`);
  const more = columns.length > mostNamed ? [`${columns.length - mostNamed} columns more`] : [];
  return `missing values in ${rows} rows: ${[...named, ...more].join(', ')}`;
}
