import type { FeatureArray } from './dataset.ts';
import { inOrder } from './labels.ts';

/** A feature whose values are words: its number, and the words in the order of the numbers from 0 that stand for them. */
export type Categories = { readonly column: number; readonly words: readonly string[] };

/** A categorical feature as one file has it: the words that occur, and for each row which; an empty one is missing. */
export type CodedColumn = { readonly column: number; readonly names: readonly string[]; readonly codes: Uint16Array };

type Coded = { readonly features: FeatureArray; readonly width: number; readonly columns: readonly CodedColumn[] };

/**
 * Numbers in place of the words of all files together. Where all words of a column are whole numbers below 65,536, they are the numbers;
 * else the words are numbered in order, the same in every locale, and given back.
 *
 * @param tables Their features are written to.
 */
export function numberCategories(tables: readonly Coded[]): { features: FeatureArray[]; categories: Categories[] } {
  const categories: Categories[] = [];
  const features = tables.map((table) => table.features);
  for (const [at, { column }] of (tables[0]?.columns ?? []).entries()) {
    const words = [...new Set(tables.flatMap(({ columns }) => columns[at]?.names ?? []))].filter((word) => word !== '');
    const numeric = words.every(isCode);
    const ordered = numeric ? [] : inOrder(words);
    if (!numeric) categories.push({ column, words: ordered });
    const numbers = new Map<string, number>(
      numeric ? words.map((word) => [word, Number(word)]) : ordered.map((word, code) => [word, code]),
    );
    for (const [index, { width, columns }] of tables.entries()) {
      const { names, codes } = columns[at] as CodedColumn;
      const values = names.map((name) => numbers.get(name) ?? Number.NaN);
      const into = wideEnough(features[index] as FeatureArray, values);
      for (const [row, code] of codes.entries()) into[row * width + column] = values[code] as number;
      features[index] = into;
    }
  }
  return { features, categories };
}

function isCode(word: string): boolean {
  const number = Number(word);
  return /^\d/.test(word) && Number.isInteger(number) && number < 65_536; // also 3.0, as pandas writes it beside missing values
}

function wideEnough(features: FeatureArray, values: readonly number[]): FeatureArray {
  const narrow = features instanceof Uint8Array && values.some((value) => value !== (value & 255));
  return narrow ? Float64Array.from(features) : features;
}
