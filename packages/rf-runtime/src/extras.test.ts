import { classificationForest, forestPredictor, outlineOf, trainForest, treeWriter, type Forest, type Outline } from '@switchyard/forest';
import { InferenceError } from '@switchyard/protocol';
import type { Report } from '@switchyard/server';
import { expect, test } from 'vitest';
import { answerRows } from './answer-rows.ts';
import { extrasReader } from './extras.ts';
import { extrasFacts, extrasGiver, type Explanation } from './give-extras.ts';

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
const outline = outlineOf(forest);
const names = ['zero', 'one', 'two'];
const rows = Float64Array.of(0, 0, 1, 1, 1, 0);

/** Three rows' answers to a request with such tags or parameters. */
function askFor(asked: Readonly<Record<string, unknown>>, encoding: Report['encoding'] = 'ndarray') {
  const tags = new Map<string, unknown>();
  const answers = answerRows(outline, forestPredictor(forest), rows, 3, { doubles: true, ...extrasReader(outline, names)(asked) });
  const outputs = extrasGiver(outline, names)(answers, 3, { encoding, tag: (key, value) => void tags.set(key, value) });
  return { outputs, tags: Object.fromEntries(tags) };
}
const ask = (contributions: unknown, encoding?: Report['encoding']) => {
  const { outputs, tags } = askFor({ contributions }, encoding);
  return { outputs, explanations: tags['contributions'] as Explanation[] | undefined };
};

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
  const wanted = extrasReader(outlineOf(forest), [])({ contributions: true });
  const { values: contributions, bias } = answerRows(outlineOf(forest), predictor, features, 200, {
    doubles: true,
    ...wanted,
  }).contributions!;
  for (let row = 0; row < 200; row++) {
    expect(bias[row]! + contributions[2 * row]! + contributions[2 * row + 1]!).toBeCloseTo(values[row]!, 9);
  }
});

test('gives leaves and votes, one element a row, in either protocol', () => {
  const asked = { leaves: true, votes: true };
  expect(askFor(asked)).toEqual({
    outputs: [],
    tags: {
      leaves: [[0], [2], [1]],
      votes: [
        { class: 'zero', votes: [1, 0, 0] },
        { class: 'two', votes: [0, 0, 1] },
        { class: 'one', votes: [0, 1, 0] },
      ],
    },
  });
  expect(askFor(asked, 'oip')).toEqual({
    outputs: [
      { name: 'leaves', datatype: 'UINT32', shape: [3, 1], data: Uint32Array.of(0, 2, 1) },
      { name: 'votes', datatype: 'UINT32', shape: [3, 3], data: Uint32Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0) },
      { name: 'votes_class', datatype: 'UINT16', shape: [3], data: Uint16Array.of(0, 2, 1) },
    ],
    tags: {},
  });
});

test('the second name of a pair asks for both', () => {
  const namesOf = (asked: Record<string, unknown>) => askFor(asked, 'oip').outputs.map(({ name }) => name);
  expect(namesOf({ votes_class: true })).toEqual(['votes', 'votes_class']);
  expect(namesOf({ contributions_bias: true, contributions: 'two' })).toEqual(['contributions', 'contributions_bias']);
});

test.each(['leaves', 'votes'])('refuses %s that are neither asked for nor not', (name) => {
  expect(() => askFor({ [name]: 'oak' })).toThrow(`${name} is "oak"; it is true or false`);
  expect(askFor({ [name]: false })).toEqual({ outputs: [], tags: {} });
});

test('refuses votes of trees that do not vote, and does not offer them', () => {
  const boosted: Outline = { ...outline, aggregate: 'sum' };
  expect(() => extrasReader(boosted, names)({ votes: true })).toThrow('only trees of a random forest of classifiers vote');
  expect(Object.keys(extrasFacts(boosted))).not.toContain('optional.votes');
  expect(extrasFacts(outline)).toMatchObject({ 'optional.votes': 'UINT32 [-1, 3]', 'optional.leaves': 'UINT32 [-1, 1]' });
});
