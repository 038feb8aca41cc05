import { explainer, step, type Contributions } from './contributions.ts';
import { ForestError } from './error.ts';
import { holdsWeights, type Forest } from './forest.ts';
import { layOut, type Layout } from './layout.ts';
import { answerWidth, finishScores } from './link.ts';
import { leafReacher, type LeafReacher } from './reach.ts';

export type FeatureRows = Uint8Array | Float32Array | Float64Array;

export type ForestPredictor = {
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
  /** The number of the leaf that each row reaches in each tree, `rows × trees`; a tree's leaves are numbered from 0. */
  leaves(features: FeatureRows, rows: number): Uint32Array;
  /**
   * What each column contributed to one output, by default the first: Saabas's path contributions. A node says the mean of what its
   * training rows' leaves say, and each step from a node to its child is credited to the column that was split. `bias` and a row's
   * contributions sum to what the forest says of that row: the class's share, the value, or the score before the link.
   *
   * A. Saabas, Interpreting random forests, 2014. Where covers are not known, as of models that came as ONNX, both children count alike.
   */
  contributions(features: FeatureRows, rows: number, output?: number): Contributions;
};

/**
 * Lays a forest out for prediction. Where the forest was trained on bytes, any number within half of a byte's value is that byte: pixels
 * that travelled as fractions of 255 fall exactly as they did in training. NaN goes where each split sends missing values; left, unless
 * the forest says otherwise.
 *
 *     const out = new Float32Array(rows * forest.classes);
 *     forestPredictor(forest).predictProba(pixels, rows, out);
 */
export function forestPredictor(forest: Forest): ForestPredictor {
  const { columns, classes, outputs, task, trees } = forest;
  const layout = layOut(forest);
  const reacher = leafReacher(forest, layout);
  const explain = explainer(forest);
  const score = scorer(forest, layout, reacher);

  function check(features: FeatureRows, rows: number, room = Infinity): void {
    if (features.length !== rows * columns)
      throw new ForestError(`${features.length} features for ${rows} rows; the forest wants ${columns} a row`);
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
      if (!holdsWeights(forest)) throw new ForestError('trees vote for classes only in a random forest of classifiers');
      check(features, rows, counts?.length);
      return vote(layout, reacher, classes, features, rows, counts);
    },
    predictValues(features, rows, out) {
      want('regression');
      check(features, rows, out.length);
      score(features, rows, out);
    },
    leaves(features, rows) {
      check(features, rows);
      const found = new Uint32Array(rows * trees.length);
      for (const [index, tree] of trees.entries()) {
        for (let row = 0; row < rows; row++) {
          let node = 0;
          while ((tree.features[node] as number) >= 0) node = step(tree, node, features, row * columns, forest.float32);
          found[row * trees.length + index] = tree.children[node] as number;
        }
      }
      return found;
    },
    contributions(features, rows, output = 0) {
      check(features, rows);
      if (!Number.isInteger(output) || output < 0 || output >= outputs) throw new ForestError(`output ${output} of ${outputs}`);
      return explain(features, rows, output);
    },
  };
}

/** Makes the function that writes what the forest says of rows into `out`. */
function scorer(
  forest: Forest,
  { leafOffsets, leafOutputs, leafValues }: Layout,
  { blockRows, reach }: LeafReacher,
): (features: FeatureRows, rows: number, out: Float32Array | Float64Array) => void {
  const { outputs } = forest;
  const trees = forest.trees.length;
  const width = answerWidth(forest);
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
      for (let tree = 0, i = 0; tree < trees; tree++)
        for (let row = 0, at = 0; row < count; row++, i++, at += outputs) addLeaf(at, reached[i] as number);
      finishScores(forest, sums, count, out, first * width);
    }
  };
}

/** The class with most votes of each row; of equals, the one that had them first. */
function vote(
  layout: Layout,
  { blockRows, reach }: LeafReacher,
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
