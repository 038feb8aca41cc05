import { describe, expect, test } from 'vitest';
import { classificationForest, type Forest } from './forest.ts';
import { forestPredictor } from './predictor.ts';
import { randomForest, shapes } from './test/random-forest.ts';
import { leafOf, numbersOf, pseudoRandom } from './test/trees.ts';
import { treeWriter } from './tree-writer.ts';

const rows = 20;
const rowsFor = ({ columns }: Forest): Float64Array => {
  const random = pseudoRandom(columns);
  return Float64Array.from({ length: rows * columns }, () => (random() < 0.1 ? NaN : Math.floor(random() * 60) - 10));
};

/** What the forest says of an output before the link, walked tree by tree. */
function said(forest: Forest, row: Float64Array, output: number): number {
  const each = forest.trees.map((tree) => {
    const { node } = leafOf(tree, row);
    const numbers = numbersOf(tree, node, forest.outputs);
    const weights = forest.task === 'classification' && forest.aggregate === 'mean';
    return (numbers[output] as number) / (weights ? numbers.reduce((a, b) => a + b) : 1);
  });
  const sum = each.reduce((a, b) => a + b, 0);
  return forest.aggregate === 'mean' ? sum / each.length : sum + (forest.base[output] as number);
}

describe('contributions', () => {
  test.each(shapes.filter(([, { columns = 0 }]) => columns < 1000))('and the bias sum to what the forest says: %s', (_, shape) => {
    const forest = randomForest(11, shape);
    const features = rowsFor(forest);
    for (const output of [0, forest.outputs - 1]) {
      const { bias, values } = forestPredictor(forest).contributions(features, rows, output);
      for (let row = 0; row < rows; row++) {
        const of = (all: Float64Array) => all.subarray(row * forest.columns, (row + 1) * forest.columns);
        expect(of(values).reduce((a, b) => a + b, bias)).toBeCloseTo(said(forest, of(features), output), 12);
      }
    }
  });

  test('credit each step to the column that was split, by the covers of the children', () => {
    const writer = treeWriter();
    const left = writer.split(writer.root, 1, 0.5);
    writer.leaf(left, Int32Array.of(6, 0)); // six of eight rows, none of class 1
    const right = writer.split(left + 1, 0, 0.5);
    writer.leaf(right, Int32Array.of(1, 0));
    writer.leaf(right + 1, Int32Array.of(0, 1));
    const predictor = forestPredictor(classificationForest({ columns: 3, bytes: true, classes: 2 }, [writer.finish()]));
    const { bias, values } = predictor.contributions(Uint8Array.of(1, 1, 1), 1, 1);
    expect(bias).toBe(1 / 8);
    expect([...values]).toEqual([1 / 2, 1 / 2 - 1 / 8, 0]);
  });

  test('of an output that is not there are refused', () => {
    expect(() => forestPredictor(randomForest(1)).contributions(new Float64Array(5), 1, 4)).toThrow('output 4 of 4');
  });
});
