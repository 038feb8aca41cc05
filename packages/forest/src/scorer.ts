import { ForestError } from './error.ts';
import { holdsWeights, outlineOf, type Forest, type Outline } from './forest.ts';
import { layOut, type Layout } from './layout.ts';
import { answerWidth, finishScores } from './link.ts';
import { leafReacher, type LeafReacher } from './reach.ts';

export type FeatureRows = Uint8Array | Float32Array | Float64Array;

/** What a forest answers. */
export type ForestScorer = {
  readonly columns: number;
  readonly classes: number;
  readonly outputs: number;
  /**
   * Of a classification: the probability of each class, of `rows` rows into `out`, `rows × classes`. Of a random forest it is the mean of
   * the trees' class shares (soft voting, as in scikit-learn).
   */
  predictProba(features: FeatureRows, rows: number, out: Float32Array | Float64Array): void;
  /** Of a classification: the most probable class of each row; the first of equals. */
  predict(features: FeatureRows, rows: number): Uint16Array;
  /**
   * Of a random forest of classifiers: the class for which most trees vote, each for the greatest of its leaf (hard voting). Of classes
   * with equally many votes it is the one that had them first, tree by tree, as in ml-random-forest.
   *
   * @param counts Where given: how many trees voted for each class, `rows × classes`.
   */
  vote(features: FeatureRows, rows: number, counts?: Uint32Array): Uint16Array;
  /** Of a regression: the values of `rows` rows into `out`, `rows × outputs`. */
  predictValues(features: FeatureRows, rows: number, out: Float32Array | Float64Array): void;
};

/**
 * Lays a forest out to answer. Where the forest was trained on bytes, any number within half of a byte's value is that byte: pixels
 * that travelled as fractions of 255 fall exactly as they did in training. NaN goes where each split sends missing values; left, unless
 * the forest says otherwise. The forest's trees are not kept, unless they split by categories: they take several times what is laid out.
 *
 *     const out = new Float32Array(rows * forest.classes);
 *     forestScorer(forest).predictProba(pixels, rows, out);
 */
export function forestScorer(forest: Forest): ForestScorer {
  return scorerOf(outlineOf(forest), layOut(forest));
}

/** Of its own, so that what it answers with does not keep the forest. */
function scorerOf(outline: Outline, laidOut: Layout): ForestScorer {
  const { columns, classes, outputs, task } = outline;
  const reacher = leafReacher(outline, laidOut);
  const score = scoring(outline, reacher);

  function check(features: FeatureRows, rows: number, room = Infinity): void {
    checkFeatures(columns, features, rows);
    const [width, what] = task === 'regression' ? [outputs, 'values'] : [classes, 'probabilities'];
    if (room < rows * width)
      throw new ForestError(
        `room for ${room} ${what}; ${rows} rows × ${width} ${task === 'regression' ? 'outputs' : 'classes'} are needed`,
      );
  }
  function want(wanted: Forest['task']): void {
    if (task !== wanted) throw new ForestError(`asked as a forest of ${wanted}, but it is one of ${task}`);
  }

  return {
    columns,
    classes,
    outputs,
    predictProba(features, rows, out) {
      want('classification');
      check(features, rows, out.length);
      score(features, rows, out);
    },
    predict(features, rows) {
      want('classification');
      check(features, rows);
      const shares = new Float64Array(rows * classes);
      score(features, rows, shares);
      return Uint16Array.from({ length: rows }, (_, row) => indexOfGreatest(shares, row * classes, classes));
    },
    vote(features, rows, counts) {
      if (!holdsWeights(outline)) throw new ForestError('trees vote for classes only in a random forest of classifiers');
      check(features, rows, counts?.length);
      return vote(reacher, classes, features, rows, counts);
    },
    predictValues(features, rows, out) {
      want('regression');
      check(features, rows, out.length);
      score(features, rows, out);
    },
  };
}

/** @throws ForestError unless these are the features of so many rows */
export function checkFeatures(columns: number, features: FeatureRows, rows: number): void {
  if (features.length !== rows * columns)
    throw new ForestError(`${features.length} features for ${rows} rows; the forest wants ${columns} a row`);
}

/** Makes the function that writes what the forest says of rows into `out`. */
function scoring(
  outline: Outline,
  { layout, blockRows, reach }: LeafReacher,
): (features: FeatureRows, rows: number, out: Float32Array | Float64Array) => void {
  const { outputs, treeCount } = outline;
  const { leafOffsets, leafOutputs, leafValues } = layout;
  const width = answerWidth(outline);
  const sums = new Float64Array(blockRows * outputs);

  function addLeaf(at: number, leaf: number): void {
    if (leaf < outputs) {
      sums[at + leaf] = (sums[at + leaf] as number) + 1;
      return;
    }
    const end = leafOffsets[leaf - outputs + 1] as number;
    for (let i = leafOffsets[leaf - outputs] as number; i < end; i++) {
      const cell = at + (leafOutputs[i] as number);
      sums[cell] = (sums[cell] as number) + (leafValues[i] as number);
    }
  }

  return (features, rows, out) => {
    for (let first = 0; first < rows; first += blockRows) {
      const count = Math.min(blockRows, rows - first);
      const reached = reach(features, first, count);
      sums.fill(0, 0, count * outputs);
      for (let tree = 0, i = 0; tree < treeCount; tree++)
        for (let row = 0, at = 0; row < count; row++, i++, at += outputs) addLeaf(at, reached[i] as number);
      finishScores(outline, sums, count, out, first * width);
    }
  };
}

/** The class with most votes of each row; of equals, the one that had them first. */
function vote(
  { layout, blockRows, reach }: LeafReacher,
  classes: number,
  features: FeatureRows,
  rows: number,
  counts: Uint32Array | undefined,
): Uint16Array {
  const { leafOffsets, leafOutputs, leafValues, roots } = layout;
  const labels = new Uint16Array(rows);
  const votes = new Uint32Array(classes);
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first);
    const reached = reach(features, first, count);
    for (let row = 0; row < count; row++) {
      votes.fill(0);
      let most = 0;
      for (let tree = 0; tree < roots.length; tree++) {
        const leaf = reached[tree * count + row] as number;
        const [from, to] = [leafOffsets[leaf - classes] as number, leafOffsets[leaf - classes + 1] as number];
        const label = leaf < classes ? leaf : (leafOutputs[from + indexOfGreatest(leafValues, from, to - from)] as number);
        const has = (votes[label] = (votes[label] as number) + 1);
        if (has <= most) continue;
        most = has;
        labels[first + row] = label;
      }
      counts?.set(votes, (first + row) * classes);
    }
  }
  return labels;
}

function indexOfGreatest(values: Float64Array, from: number, count: number): number {
  let greatest = 0;
  for (let i = 1; i < count; i++) if ((values[from + i] as number) > (values[from + greatest] as number)) greatest = i;
  return greatest;
}
