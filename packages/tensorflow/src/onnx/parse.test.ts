import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TensorFlowError } from '../tensorflow-error.ts';
import { onnxFiles } from '../test/onnx.ts';
import { bytes, integer, message } from '../trace/protobuf.ts';
import { parseOnnx } from './parse.ts';

const fileOf = (name: string): Uint8Array => onnxFiles(name)['onnx/model.onnx']!;

test('reads what a model takes and gives, but for what has a value of its own', () => {
  const { inputs, outputs, rows, operators } = parseOnnx(fileOf('several'));
  expect(inputs.map(({ spec }) => spec)).toEqual([
    { name: 'x', datatype: 'FP32', shape: [-1, 3] },
    { name: 'kind', datatype: 'INT64', shape: [-1] },
    { name: 'words', datatype: 'FP32', shape: [-1, -1, 2] },
  ]);
  expect(outputs.map(({ spec: { name, datatype, shape } }) => [name, datatype, shape])).toEqual([
    ['scores', 'FP32', [-1, 4]],
    ['best', 'INT64', [-1]],
    ['mean', 'FP32', [-1, 1, 2]],
  ]);
  expect([rows, operators]).toEqual(['any', 'ai.onnx 17']);
  expect(parseOnnx(fileOf('trees')).operators).toBe('ai.onnx 17, ai.onnx.ml 3');
});

test('half floats are float32 for clients, in the range that halves have', () => {
  const { inputs, outputs } = parseOnnx(fileOf('half'));
  expect(inputs[0]).toEqual({
    spec: { name: 'x', datatype: 'FP32', shape: [-1, 4], range: { min: -65_504, max: 65_504 } },
    element: { datatype: 'FP32', type: 'float16' },
  });
  expect(outputs[0]!.spec).toEqual({ name: 'y', datatype: 'FP32', shape: [-1, 2] });
});

test('one row is any number of rows, one by one', () => {
  const { inputs, outputs, rows } = parseOnnx(fileOf('one-row'));
  expect([inputs[0]!.spec.shape, outputs[0]!.spec.shape, rows]).toEqual([[-1, 2, 5, 5], [-1, 3], 'one']);
});

test.each([
  ['refused-bfloat16', 'model.onnx: input "x" has ONNX’ datatype BFLOAT16, which onnxruntime-node does not take'],
  ['refused-zipmap', 'model.onnx: output "maps" is a sequence, and only tensors are served. Classifiers of skl2onnx give tensors where'],
  ['refused-no-shape', 'model.onnx: output "y" has no shape'],
  ['refused-eight-rows', 'model.onnx: input "x" is [8, 2]; export it with a first dimension of any size'],
  ['refused-no-rows', 'model.onnx: output "y" is a single value; export it with a first dimension of any size'],
  ['refused-external', 'model.onnx: the numbers of "w" are in another file, "../weights.bin", and must be in the model'],
  ['refused-external-within', 'model.onnx: the numbers of "hidden" are in another file, "../weights.bin", and must be in the model'],
])('"%s": %s', (name, message) => {
  expect(() => parseOnnx(fileOf(name))).toThrow(message);
});

const dimension = (size: number) => bytes(1, integer(1, size));
const port = (number: number, name: string, ...sizes: number[]) =>
  bytes(number, message(bytes(1, name), bytes(2, bytes(1, message(integer(1, 1), bytes(2, message(...sizes.map(dimension))))))));
const model = (...graph: Uint8Array[]) => message(integer(1, 9), bytes(7, message(...graph)));
/** A graph in an attribute of a node of a graph in an attribute of a node … */
const nested = (depth: number): Uint8Array => (depth === 0 ? message() : bytes(1, bytes(5, bytes(6, nested(depth - 1)))));

test.each([
  ['nothing', new Uint8Array(), 'is no ONNX model: it has no graph, or no version'],
  ['text', new TextEncoder().encode('{"modelTopology": {}}'), 'is damaged at byte'],
  ['a graph without tensors', model(), 'takes nothing, and so has no rows'],
  ['no answers', model(port(11, 'x', -1, 2)), 'answers nothing'],
  ['a name twice', model(port(11, 'x', -1, 2), port(11, 'x', -1, 2)), 'input "x" is there twice'],
  ['no name', model(port(11, '', -1, 2)), 'an input has no name'],
  ['a size of 0', model(port(11, 'x', -1, 0)), 'input "x": 0 is not the size of a dimension'],
  ['a size of −2', model(port(11, 'x', -2)), 'input "x": -2 is not the size of a dimension'],
  ['more dimensions than there may be', model(port(11, 'x', -1, ...Array<number>(40).fill(1))), 'has 41 dimensions; at most 32 are served'],
  [
    'one row and any',
    model(port(11, 'a', 1, 2), port(11, 'b', -1, 2), port(12, 'y', 1)),
    'input "b" is [-1, 2], where input "a" is of one row',
  ],
  ['graphs without end', model(nested(60)), 'has graphs within graphs, 100 messages deep'],
])('%s is refused', (_, bytes, words) => {
  expect(() => parseOnnx(bytes)).toThrow(words);
});

test('whatever else the bytes are, it says so', () => {
  const whole = ['several', 'types', 'trees', 'refused-external-within'].map(fileOf);
  const some = fc.constantFrom(...whole);
  const cut = fc.tuple(some, fc.double({ min: 0, max: 1, noNaN: true })).map(([bytes, part]) => bytes.subarray(0, bytes.length * part));
  const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 8,
  });
  const changed = fc.tuple(some, changes).map(([bytes, each]) => {
    const copy = bytes.slice();
    for (const [part, value] of each) copy[Math.floor(part * copy.length)] = value;
    return copy;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), cut, changed), (bytes) => {
      try {
        parseOnnx(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TensorFlowError);
      }
    }),
    { numRuns: 2000 },
  );
});
