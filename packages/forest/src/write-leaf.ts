import type { TrainingData } from './training-data.ts';
import type { Workspace } from './workspace.ts';

/** Appends what the rows `from … to` of the order say, by output, to `outputs` and `values`; answers what they weigh. */
export type WriteLeaf = (from: number, to: number, outputs: number[], values: number[]) => number;

/** A leaf of classes holds the weight of each class that it has; a leaf of numbers holds their mean. */
export function leafWriter({ arrays, task, classes, meanTarget }: TrainingData, { order, counts }: Workspace): WriteLeaf {
  const { labels, targets, weights } = arrays;
  const weighted = weights.length > 0;
  if (task === 'regression')
    return (from, to, outputs, values) => {
      let cover = 0;
      let sum = 0;
      for (let i = from; i < to; i++) {
        const row = order[i] as number;
        const weight = weighted ? (counts[i] as number) * (weights[row] as number) : (counts[i] as number);
        cover += weight;
        sum += weight * (targets[row] as number);
      }
      outputs.push(0);
      values.push(meanTarget + sum / cover);
      return cover;
    };
  const byClass = new Float64Array(classes); // all 0 between leaves
  return (from, to, outputs, values) => {
    const seen: number[] = [];
    let cover = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const label = labels[row] as number;
      const weight = weighted ? (counts[i] as number) * (weights[row] as number) : (counts[i] as number);
      if (byClass[label] === 0) seen.push(label);
      byClass[label] = (byClass[label] as number) + weight;
      cover += weight;
    }
    if (seen.length > 1) seen.sort((a, b) => a - b);
    for (const label of seen) {
      outputs.push(label);
      values.push(byClass[label] as number);
      byClass[label] = 0;
    }
    return cover;
  };
}
