import { classificationForest, forestPredictor, trainForest, treeWriter, type Forest } from '@switchyard/forest';
import { InferenceError } from '@switchyard/protocol';
import type { Report } from '@switchyard/server';
import { expect, test } from 'vitest';
import { explainer, type Explanation } from './explain.ts';

/** Of two columns: the first tells 0 from the rest, the second 1 from 2. */
function threeClasses(): Forest {
  const writer = treeWriter();
  const right = writer.split(writer.root, 0, 0.5, {}) + 1;
  writer.leaf(right - 1, Int32Array.of(4, 0, 0));
  const last = writer.split(right, 1, 0.5, {}) + 1;
  writer.leaf(last - 1, Int32Array.of(0, 2, 0));
  writer.leaf(last, Int32Array.of(0, 0, 2));
  return classificationForest({ columns: 2, bytes: false, classes: 3 }, [writer.finish()]);
}

const forest = threeClasses();
const explain = explainer(forest, forestPredictor(forest), ['zero', 'one', 'two']);
const rows = Float64Array.of(0, 0, 1, 1, 1, 0);

function ask(contributions: unknown, encoding: Report['encoding'] = 'ndarray') {
  const tags = new Map<string, unknown>();
  const report: Report = {
    asked: { contributions },
    encoding,
    tag: (key, value) => void tags.set(key, value),
    metric: () => {},
  };
  const outputs = explain(rows, 3, report);
  return { outputs, explanations: tags.get('contributions') as Explanation[] | undefined };
}

test('explains the class that each row is given: bias and contributions sum to its probability', () => {
  const { explanations, outputs } = ask(true);
  expect(outputs).toEqual([]);
  expect(explanations).toEqual([
    { class: 'zero', bias: 0.5, values: [0.5, 0] },
    { class: 'two', bias: 0.25, values: [0.25, 0.5] },
    { class: 'one', bias: 0.25, values: [0.25, 0.5] },
  ]);
});

test.each(['two', 2, '2'])('explains the class that is asked for: %j', (wanted) => {
  expect(ask(wanted).explanations).toEqual([
    { class: 'two', bias: 0.25, values: [-0.25, 0] },
    { class: 'two', bias: 0.25, values: [0.25, 0.5] },
    { class: 'two', bias: 0.25, values: [0.25, -0.5] },
  ]);
});

test('answers the Open Inference Protocol by outputs', () => {
  const { outputs, explanations } = ask(true, 'oip');
  expect(explanations).toBeUndefined();
  expect(outputs).toEqual([
    { name: 'contributions', datatype: 'FP64', shape: [3, 2], data: Float64Array.of(0.5, 0, 0.25, 0.5, 0.25, 0.5) },
    { name: 'contributions_bias', datatype: 'FP64', shape: [3], data: Float64Array.of(0.5, 0.25, 0.25) },
  ]);
});

test.each([undefined, false])('says nothing where it is not asked: %j', (wanted) => {
  expect(ask(wanted)).toEqual({ outputs: [], explanations: undefined });
});

test.each(['three', 3, -1, 0.5, ['two', 'one']])('refuses a class that there is not: %j', (wanted) => {
  expect(() => ask(wanted)).toThrow(InferenceError);
  expect(() => ask(wanted)).toThrow(`contributions is ${JSON.stringify(wanted)}; it is true, a class's name, or its number from 0 to 2`);
});

test('of a regression bias and contributions sum to the value', async () => {
  const features = Float64Array.from({ length: 400 }, (_, at) => (at * 7919) % 97);
  const targets = Float64Array.from({ length: 200 }, (_, row) => 3 * features[2 * row]! - features[2 * row + 1]!);
  const { forest } = await trainForest(
    { task: 'regression', features, targets, rows: 200, columns: 2 },
    { nEstimators: 5 },
    { threads: 1 },
  );
  const predictor = forestPredictor(forest);
  const values = new Float64Array(200);
  predictor.predictValues(features, 200, values);
  const [contributions, bias] = explainer(forest, predictor, undefined)(features, 200, {
    asked: { contributions: true },
    encoding: 'oip',
    tag: () => {},
    metric: () => {},
  });
  for (let row = 0; row < 200; row++) {
    const data = contributions!.data as Float64Array;
    expect((bias!.data[row] as number) + data[2 * row]! + data[2 * row + 1]!).toBeCloseTo(values[row]!, 9);
  }
});
