import { expect, test } from 'vitest';
import type { Graph, Node } from '../trace/graph.ts';
import { withAnyRows } from './any-rows.ts';

const float = { type: 1 };
const x = (rows: number): Node => ({
  name: 'x',
  operation: 'Placeholder',
  inputs: [],
  attributes: { dtype: float, shape: { shape: [rows, 3] } },
});
const sizes = (...values: number[]): Node => constant(3, [values.length], Int32Array.from(values));
const constant = (type: number, shape: number[], data: Int32Array | Float32Array): Node => ({
  name: 'c',
  operation: 'Const',
  inputs: [],
  attributes: { dtype: { type }, value: { tensor: { type, shape, data: new Uint8Array(data.buffer) } } },
});
const graph = (rows: number, ...nodes: Node[]): Graph => ({
  nodes: [x(rows), ...nodes],
  inputs: [{ name: 'x', type: 1, shape: [rows, 3] }],
  outputs: [{ name: 'y', type: 1, shape: [rows, 3] }],
});
const both = (make: (rows: number) => Node[]): Graph => withAnyRows([graph(7, ...make(7)), graph(11, ...make(11))], [7, 11]);
const user = (operation: string, inputs: string[]): Node => ({ name: 'y', operation, inputs, attributes: {} });
const named = (name: string, { nodes }: Graph) => nodes.find((node) => node.name === name);

test('ports are of any number of rows', () => {
  const { inputs, outputs, nodes } = both(() => []);
  expect([inputs[0]?.shape, outputs[0]?.shape]).toEqual([
    [-1, 3],
    [-1, 3],
  ]);
  expect(nodes[0]?.attributes['shape']).toEqual({ shape: [-1, 3] });
});

test('a reshape works its rows out by itself; where it cannot, sizes are computed', () => {
  const reshape = both((rows) => [sizes(2 * rows, 5), user('Reshape', ['x', 'c'])]);
  expect(named('c', reshape)).toEqual({ ...sizes(-1, 5), name: 'c' });
  const broadcast = both((rows) => [sizes(2 * rows, 5), user('BroadcastTo', ['x', 'c'])]);
  expect(named('c', broadcast)).toMatchObject({ operation: 'Pack', inputs: ['c/size0', 'c/size1'] });
  expect(named('c/size0', broadcast)).toMatchObject({ operation: 'Mul', inputs: ['batch/rows', 'c/size0/factor'] });
});

test('what is as long as there are rows is filled in', () => {
  const zeros = both((rows) => [constant(1, [rows, 2], new Float32Array(2 * rows))]);
  expect(named('c', zeros)).toMatchObject({ operation: 'Fill', inputs: ['c/dims', 'c/value'] });
});

test.each<[string, (rows: number) => Node[], string]>([
  ['a number of rows as a number', (rows) => [constant(1, [1], Float32Array.of(1 / rows))], 'Const: a number in it'],
  ['one more than rows', (rows) => [sizes(rows + 1, 2)], 'Const: a number in it'],
  [
    'unlike values for each row',
    (rows) => [
      constant(
        1,
        [rows],
        Float32Array.from({ length: rows }, (_, at) => at),
      ),
    ],
    'Const: a number in it',
  ],
  ['an attribute', (rows) => [{ ...user('Split', ['x']), attributes: { num_split: { integer: rows } } }], 'Split: num_split'],
  ['another operation', (rows) => [user(rows > 10 ? 'Exp' : 'Log', ['x'])], ': where it stands'],
])('%s cannot hang on the rows', (_, make, message) => {
  expect(() => both(make)).toThrow(`${message} depends on the number of rows`);
});
