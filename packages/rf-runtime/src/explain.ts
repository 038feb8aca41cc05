import type { FeatureRows, Forest, ForestPredictor } from '@switchyard/forest';
import { InferenceError, type Tensor } from '@switchyard/protocol';
import type { Report } from '@switchyard/server';

/** Why a row got its answer: what the forest says on the whole, and what each column added to that or took from it. */
export type Explanation = {
  /** Of a classification: the class whose probability, or score, is explained. */
  readonly class?: string;
  readonly bias: number;
  /** One number a column; with `bias` they sum to the answer. */
  readonly values: readonly number[];
};

/** The tag, or parameter, by which a client asks. */
export const contributionsTag = 'contributions';

/**
 * Explains rows, where the request asks for it by `contributions`: `true` is of the class that each row is given, a class's name or number of
 * that class; a regression has but one. Seldon's protocol gets the explanations as the tag `contributions`, the Open Inference Protocol as
 * two more outputs, `contributions` and `contributions_bias`.
 *
 * @throws InferenceError INVALID_ARGUMENT for a class that there is not
 */
export function explainer(forest: Forest, predictor: ForestPredictor, classNames: readonly string[] | undefined) {
  const names = classNames ?? Array.from({ length: forest.classes }, (_, index) => String(index));

  return (features: FeatureRows, rows: number, { asked, encoding, tag }: Report): Tensor[] => {
    const wanted = asked[contributionsTag];
    if (wanted === undefined || wanted === false) return [];
    const outputs = outputsOf(wanted, features, rows);
    const values = new Float64Array(rows * forest.columns);
    const bias = new Float64Array(rows);
    for (const output of new Set(outputs)) explain(output, features, outputs, values, bias);
    if (encoding === 'oip')
      return [
        { name: 'contributions', datatype: 'FP64', shape: [rows, forest.columns], data: values },
        { name: 'contributions_bias', datatype: 'FP64', shape: [rows], data: bias },
      ];
    tag(
      contributionsTag,
      Array.from(outputs, (output, row): Explanation => ({
        ...(forest.task === 'classification' && { class: classOf(output) }),
        bias: bias[row] as number,
        values: [...values.subarray(row * forest.columns, (row + 1) * forest.columns)],
      })),
    );
    return [];
  };

  /** Which of the forest's outputs is explained, by row. */
  function outputsOf(wanted: unknown, features: FeatureRows, rows: number): Uint16Array {
    if (forest.task === 'regression') return new Uint16Array(rows);
    if (forest.outputs < forest.classes) return new Uint16Array(rows); // one score tells two classes apart
    if (wanted === true) return predictor.predict(features, rows);
    const named = names.indexOf(String(wanted));
    const index = named >= 0 ? named : Number(wanted);
    if (Number.isInteger(index) && index >= 0 && index < forest.classes) return new Uint16Array(rows).fill(index);
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `contributions is ${JSON.stringify(wanted)}; it is true, a class's name, or its number from 0 to ${forest.classes - 1}`,
    );
  }

  /** The rows of one output, gathered, explained and put back in their places. */
  function explain(output: number, features: FeatureRows, outputs: Uint16Array, values: Float64Array, bias: Float64Array): void {
    const { columns } = forest;
    const places = [...outputs.keys()].filter((row) => outputs[row] === output);
    const some = new (features.constructor as new (length: number) => FeatureRows)(places.length * columns);
    places.forEach((row, at) => some.set(features.subarray(row * columns, (row + 1) * columns), at * columns));
    const found = predictor.contributions(some, places.length, output);
    places.forEach((row, at) => {
      values.set(found.values.subarray(at * columns, (at + 1) * columns), row * columns);
      bias[row] = found.bias;
    });
  }

  function classOf(output: number): string {
    return names[forest.outputs < forest.classes ? forest.classes - 1 : output] as string;
  }
}
