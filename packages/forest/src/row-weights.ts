import { ForestError } from './error.ts';
import type { LabelledRows } from './labelled-rows.ts';
import type { ForestParameters } from './parameters.ts';

/**
 * What each row weighs: its sample weight times the weight of its class; nothing where all weigh 1. "balanced" class weights are
 * scikit-learn's: rows / (classes × rows of the class).
 */
export function rowWeights(given: LabelledRows, classWeight: ForestParameters['classWeight']): Float64Array | undefined {
  const { rows, sampleWeights } = given;
  if (given.task === 'regression' || classWeight === undefined) return sampleWeights;
  const { labels, classes } = given;
  const byClass = classWeight === 'balanced' ? balanced(labels, classes) : checked(classWeight, classes);
  return Float64Array.from({ length: rows }, (_, row) => (sampleWeights?.[row] ?? 1) * (byClass[labels[row] as number] as number));
}

function balanced(labels: Uint8Array | Uint16Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return counts.map((count) => (count > 0 ? labels.length / (present * count) : 0));
}

function checked(weights: readonly number[], classes: number): readonly number[] {
  if (weights.length !== classes) throw new ForestError(`${weights.length} class weights for ${classes} classes`);
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) throw new ForestError(`class ${wrong}: the class weight is ${weights[wrong]}; it is a finite number from 0`);
  return weights;
}
