import { UserError } from '@switchyard/config';
import type { Dataset } from '@switchyard/dataset';

/** As scikit-learn and rf-trainer have it: rare classes weigh more, or a weight for each class in its order. */
export type ClassWeight = 'balanced' | readonly number[];

/**
 * The weight of each class in the loss. `balanced` gives a class rows / (classes × rows of the class), so that each counts the same; one that
 * does not occur weighs 0.
 *
 * @throws UserError where there are not as many weights as classes, or none is above 0.
 */
export function classWeights(
  wanted: ClassWeight | undefined,
  { labels, classNames }: Pick<Dataset, 'labels' | 'classNames'>,
): Float32Array {
  const classes = classNames.length;
  if (wanted === undefined) return new Float32Array(classes).fill(1);
  if (wanted !== 'balanced') {
    if (wanted.length !== classes)
      throw new UserError(
        `--class-weight has ${wanted.length} weights; the data has ${classes} classes: ${classNames.slice(0, 8).join(', ')}`,
      );
    if (!wanted.some((weight) => weight > 0)) throw new UserError('--class-weight: no class weighs more than 0');
    return Float32Array.from(wanted);
  }
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]! += 1;
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : labels.length / (classes * count)));
}
