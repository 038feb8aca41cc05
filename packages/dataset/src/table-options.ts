import type { ColumnReference } from './labels.ts';

/** How the rows of a source are to be taken. */
export type TableOptions = {
  /** Of a table: name, or number from 0. Default the last column. */
  readonly labelColumn?: ColumnReference;
  /** Of a text table. Default: of comma, tab, semicolon and bar the most frequent in the first line. */
  readonly delimiter?: string;
  /** Of a text table: whether its first line names the columns. Default: it does unless a feature in it is a number. */
  readonly header?: boolean;
  /** What the label column holds: names of classes, or numbers that are to be predicted; these only a text table has. Default classes. */
  readonly target?: 'class' | 'number';
  /** What becomes of values that are missing: an error, or NaN among features that are then never bytes. Default an error. */
  readonly missing?: 'refuse' | 'keep';
  /** Of a table: the column that says what each row weighs; of an NPZ archive, the array. Default none: all weigh the same. */
  readonly weightColumn?: ColumnReference;
  /** Of a text table: features, by name or number, that are categories. Where they are words, their numbers stand for them. */
  readonly categorical?: readonly ColumnReference[];
};
