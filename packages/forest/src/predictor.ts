import { explainer, step, type Contributions } from './contributions.ts';
import { ForestError } from './error.ts';
import type { Forest } from './forest.ts';
import { checkFeatures, forestScorer, type FeatureRows, type ForestScorer } from './scorer.ts';

/** What a forest answers, and why. */
export type ForestPredictor = ForestScorer & {
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

/** A scorer that keeps the trees, and walks them step by step for whoever asks why. */
export function forestPredictor(forest: Forest): ForestPredictor {
  const { columns, outputs, trees } = forest;
  const explain = explainer(forest);
  return {
    ...forestScorer(forest),
    leaves(features, rows) {
      checkFeatures(columns, features, rows);
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
      checkFeatures(columns, features, rows);
      if (!Number.isInteger(output) || output < 0 || output >= outputs) throw new ForestError(`output ${output} of ${outputs}`);
      return explain(features, rows, output);
    },
  };
}
