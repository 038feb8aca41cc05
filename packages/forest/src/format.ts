import { holdsWeights, type Forest, type Link } from './forest.ts';

/** The constants of the forest file, described in docs/forest-format.md. */
export const magic = 'SWFOREST';
export const formatVersion = 2;
export const headerBytes = 36;
export const checksumBytes = 4;

/** How thresholds are written. */
export const byteThresholds = 1; // one byte t a split: the threshold is t + 0.5
export const floatThresholds = 2; // a float32 a split
export const doubleThresholds = 3; // a double a split
export const thresholdBytes = [0, 1, 4, 8] as const;

/** What leaves hold. */
export const countLeaves = 1; // whole numbers of training rows of each class
export const weightLeaves = 2; // doubles, of each class that it holds
export const fullLeaves = 3; // a double of each output
export const sparseLeaves = 4; // doubles, of some outputs

/** How the weight of a leaf's training rows is written, where leaves hold values. */
export const noCovers = 0;
export const wholeCovers = 1;
export const doubleCovers = 2;

export const regressionFlag = 1;
export const sumFlag = 2;
export const float32Flag = 4;
export const splitFlagsFlag = 8; // some split is categorical, or sends missing values right

export const links: readonly Link[] = ['none', 'logistic', 'softmax'];

/** Bits of the number of a column. */
export const columnBits = (columns: number): number => (columns === 1 ? 0 : 32 - Math.clz32(columns - 1));

/** Why these are no forest, whoever states them. */
export function contradiction(forest: Pick<Forest, 'task' | 'classes' | 'outputs' | 'aggregate' | 'link'>): string | undefined {
  const { task, classes, outputs, aggregate, link } = forest;
  if (outputs < 1 || outputs > 65_535) return `${outputs} outputs; there are 1 to 65535`;
  if (task === 'regression' && classes !== 0) return `${classes} classes of a regression; there are 0`;
  if (task === 'classification' && (classes < 1 || classes > 65_535)) return `${classes} classes; there are 1 to 65535`;
  if (aggregate === 'mean' && link !== 'none') return `a mean goes through no link, but ${link} is stated`;
  if (task === 'regression' || outputs === classes) return undefined;
  if (outputs === 1 && classes === 2 && !holdsWeights(forest)) return undefined;
  return `${outputs} outputs for ${classes} classes; there is one for each, or one for the second of two`;
}
