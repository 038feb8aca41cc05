import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForestError } from '../error.ts';
import type { Forest } from '../forest.ts';
import { forestPredictor } from '../predictor.ts';
import { randomForest, shapes } from '../test/random-forest.ts';
import { pseudoRandom } from '../test/trees.ts';
import { fromOnnx } from './from-onnx.ts';
import { bytesField, floatsField, wholeField, wholesField } from './protobuf.ts';
import { toOnnx } from './to-onnx.ts';

const rows = 60;

function answers(forest: Forest, features: Float32Array): Float64Array {
  const out = new Float64Array(rows * Math.max(forest.classes, forest.outputs));
  const predictor = forestPredictor(forest);
  if (forest.task === 'regression') predictor.predictValues(features, rows, out);
  else predictor.predictProba(features, rows, out);
  return out;
}

describe('toOnnx and fromOnnx', () => {
  test.each(shapes.filter(([, { classes }]) => classes !== 1))('give back the same answers for rows of float32: %s', (_, shape) => {
    for (const seed of [1, 2, 3]) {
      const forest = randomForest(seed, shape);
      const random = pseudoRandom(seed);
      const features = Float32Array.from({ length: rows * forest.columns }, () =>
        random() < 0.1 ? NaN : Math.floor(random() * 280) / 4 - 12,
      );
      const expected = answers(forest, features);
      answers(fromOnnx(toOnnx(forest)).forest, features).forEach((number, i) => expect(number).toBeCloseTo(expected[i] as number, 5));
    }
  });

  test('keep the names of classes', () => {
    const names = ['cat', 'dog', 'Kätzchen', 'eel'];
    expect(fromOnnx(toOnnx(randomForest(1), { classNames: names })).classNames).toEqual(names);
    expect(() => toOnnx(randomForest(1), { classNames: ['cat'] })).toThrow('1 names for 4 classes');
  });

  test('a damaged file is refused, or read as another forest, and never worse', () => {
    const sound = toOnnx(randomForest(4, { flags: true, depth: 3 }));
    const places = fc.array(fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(places, (changes) => {
        const bytes = Uint8Array.from(sound);
        for (const { at, value } of changes) bytes[at] = value;
        try {
          fromOnnx(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ForestError);
        }
      }),
      { numRuns: 1500 },
    );
  });
});

/** A regressor of one split: node 0 asks, 1 is where it is true (10), 2 where it is false (20). */
function stump(mode: string, value: number, tracksTrue = 0, more: readonly Uint8Array[] = []): Uint8Array {
  const attribute = (name: string, ...fields: Uint8Array[]): Uint8Array => bytesField(5, Buffer.concat([bytesField(1, name), ...fields]));
  const wholes = (name: string, ...values: number[]): Uint8Array => attribute(name, wholesField(8, values));
  const node = Buffer.concat([
    bytesField(1, 'x'),
    bytesField(2, 'y'),
    bytesField(4, 'TreeEnsembleRegressor'),
    wholes('nodes_treeids', 0, 0, 0),
    wholes('nodes_nodeids', 0, 1, 2),
    wholes('nodes_featureids', 0, 0, 0),
    wholes('nodes_truenodeids', 1, 0, 0),
    wholes('nodes_falsenodeids', 2, 0, 0),
    wholes('nodes_missing_value_tracks_true', tracksTrue, 0, 0),
    attribute('nodes_values', floatsField(7, [value, 0, 0])),
    attribute('nodes_modes', ...[mode, 'LEAF', 'LEAF'].map((each) => bytesField(9, each))),
    wholes('target_treeids', 0, 0),
    wholes('target_nodeids', 1, 2),
    wholes('target_ids', 0, 0),
    attribute('target_weights', floatsField(7, [10, 20])),
    ...more,
  ]);
  const input = Buffer.concat([bytesField(1, 'x'), bytesField(2, bytesField(1, wholeField(1, 1)))]);
  return bytesField(7, Buffer.concat([bytesField(1, node), bytesField(11, input)]));
}

describe('fromOnnx', () => {
  const below = 2.999999761581421; // the float32 before 3
  const above = 3.000000238418579;
  test.each([
    ['BRANCH_LEQ', [10, 10, 20]],
    ['BRANCH_LT', [10, 20, 20]],
    ['BRANCH_GTE', [20, 10, 10]],
    ['BRANCH_GT', [20, 20, 10]],
    ['BRANCH_EQ', [20, 10, 20]],
    ['BRANCH_NEQ', [10, 20, 10]],
  ])('decides %s for the float32 before, at and after a threshold, and for what is missing', (mode, expected) => {
    for (const tracksTrue of [0, 1]) {
      const out = new Float64Array(4);
      forestPredictor(fromOnnx(stump(mode, 3, tracksTrue)).forest).predictValues(Float64Array.of(below, 3, above, NaN), 4, out);
      const unknown = mode === 'BRANCH_NEQ' ? out[3] : tracksTrue ? 10 : 20; // NaN is unequal to all, says IEEE 754
      expect([...out]).toEqual([...expected, unknown]);
    }
  });

  test('reads an infinite threshold, which LightGBM writes to part what is missing from all numbers', () => {
    const out = new Float64Array(3);
    const { forest } = fromOnnx(stump('BRANCH_LEQ', Infinity));
    forestPredictor(forest).predictValues(Float64Array.of(-3.4e38, 3.4e38, NaN), 3, out);
    expect([...out]).toEqual([10, 10, 20]);
    expect(() => fromOnnx(stump('BRANCH_LEQ', -Infinity))).toThrow('tree 0, node 0: its value is -Infinity');
  });

  test.each([
    ['a threshold that is no category', stump('BRANCH_EQ', 2.5), 'BRANCH_EQ with 2.5; categories are whole numbers'],
    ['an unknown mode', stump('BRANCH_OFF', 1), 'mode BRANCH_OFF of a node'],
    ['no graph', new Uint8Array(0), 'it has no graph'],
    ['what is no protobuf', Buffer.from('PK hello, this is a zip'), 'no ONNX file'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => fromOnnx(bytes)).toThrow(ForestError);
    expect(() => fromOnnx(bytes)).toThrow(message);
  });
});
