import { TensorFlowError } from '../tensorflow-error.ts';
import type { Attribute, Constant, Graph, Node, Port } from '../trace/graph.ts';

type Rows = readonly [number, number];

const int32 = 3;
const T: Attribute = { type: int32 };
const first = 'batch'; // under which rows are counted

/**
 * One graph for any number of rows of two that were recorded of the same function, with so many rows each: what differs between them is what
 * hangs on the rows. Sizes that do are computed of the first input's shape, so the graphs must differ in nothing else.
 *
 * @throws TensorFlowError naming the operation that is another one, or works on other numbers, with other rows
 */
export function withAnyRows([a, b]: readonly [Graph, Graph], rows: Rows): Graph {
  const [input] = a.inputs;
  if (input === undefined) throw new TensorFlowError('a function without inputs has no rows');
  if (a.nodes.length !== b.nodes.length) throw new TensorFlowError('what it does depends on the number of rows');
  const consumers = new Map<string, Node[]>();
  for (const node of a.nodes) for (const name of node.inputs) consumers.set(name, [...(consumers.get(name) ?? []), node]);
  const onlyReshapes = (name: string): boolean =>
    (consumers.get(name) ?? []).every(({ operation, inputs }) => operation === 'Reshape' && inputs[0] !== name);
  const nodes = a.nodes.flatMap((node, at) => merged(node, b.nodes[at] as Node, rows, onlyReshapes));
  const ports = (own: readonly Port[], others: readonly Port[]): Port[] =>
    own.map((port, at) => ({ ...port, shape: anySize(port.shape, (others[at] as Port).shape) }));
  return { nodes: [...nodes, ...count(input)], inputs: ports(a.inputs, b.inputs), outputs: ports(a.outputs, b.outputs) };
}

function merged(a: Node, b: Node, rows: Rows, onlyReshapes: (name: string) => boolean): Node[] {
  const differs = (what: string): never => {
    throw new TensorFlowError(`operation ${a.operation}: ${what} depends on the number of rows`);
  };
  if (a.operation !== b.operation || a.inputs.join() !== b.inputs.join()) differs('where it stands');
  if (a.operation === 'Const') {
    const [own, other] = [a, b].map(({ attributes }) => (attributes['value'] as { tensor: Constant }).tensor) as [Constant, Constant];
    const parts = sameShape(own, other) ? vector(a, own, other, rows, onlyReshapes(a.name)) : filled(a, own, other, rows);
    return parts ?? differs('a number in it');
  }
  const attributes = Object.entries(a.attributes).map(([name, value]) => {
    const other = b.attributes[name];
    if (a.operation === 'Placeholder' && 'shape' in value) return [name, { shape: anySize(value.shape, (other as typeof value).shape) }];
    return JSON.stringify(value) === JSON.stringify(other) ? [name, value] : differs(name);
  });
  return [{ ...a, attributes: Object.fromEntries(attributes) as Node['attributes'] }];
}

const sameShape = (a: Constant, b: Constant): boolean => a.shape.join() === b.shape.join();

const anySize = (a: readonly number[], b: readonly number[]): number[] => a.map((size, axis) => (size === b[axis] ? size : -1));

/** A constant of sizes, of which some are so many times the rows. */
function vector(node: Node, a: Constant, b: Constant, rows: Rows, reshapes: boolean): Node[] | undefined {
  if (!(a.data instanceof Uint8Array && b.data instanceof Uint8Array))
    return JSON.stringify(a.data) === JSON.stringify(b.data) ? [node] : undefined;
  if (Buffer.compare(a.data, b.data) === 0) return [node];
  if (a.type !== int32 || a.shape.length > 1) return undefined;
  const [own, other] = [integersOf(a.data), integersOf(b.data)];
  const sizes = sizesOf(own, other, rows);
  if (sizes === undefined) return undefined;
  if (a.shape.length === 0) return times(node.name, sizes[0] as Size);
  if (reshapes && sizes.filter(({ perRow }) => perRow).length === 1)
    return [
      constant(
        node.name,
        sizes.map(({ perRow, fixed }) => (perRow ? -1 : fixed)),
      ),
    ];
  return packed(node.name, sizes);
}

/** A constant that is as long as there are rows, of one and the same number. */
function filled(node: Node, a: Constant, b: Constant, rows: Rows): Node[] | undefined {
  const sizes = sizesOf(a.shape, b.shape, rows);
  if (sizes === undefined || a.type !== b.type || !(a.data instanceof Uint8Array && b.data instanceof Uint8Array)) return undefined;
  const width = a.data.length / a.shape.reduce((product, size) => product * size, 1);
  const value = a.data.subarray(0, width);
  const all = Buffer.concat([a.data, b.data]);
  for (let at = 0; at < all.length; at += width) if (Buffer.compare(all.subarray(at, at + width), value) !== 0) return undefined;
  const dims = `${node.name}/dims`;
  const one = `${node.name}/value`;
  return [
    ...packed(dims, sizes),
    {
      name: one,
      operation: 'Const',
      inputs: [],
      attributes: { dtype: { type: a.type }, value: { tensor: { type: a.type, shape: [], data: value } } },
    },
    { name: node.name, operation: 'Fill', inputs: [dims, one], attributes: { T: { type: a.type }, index_type: T } },
  ];
}

/** A size: fixed, or so many times the rows. */
type Size = { readonly fixed: number; readonly perRow: number };

function sizesOf(a: readonly number[], b: readonly number[], [rowsOfA, rowsOfB]: Rows): Size[] | undefined {
  if (a.length !== b.length) return undefined;
  const sizes = a.map((size, at) => {
    if (size === b[at]) return { fixed: size, perRow: 0 };
    const perRow = size / rowsOfA;
    return Number.isInteger(perRow) && perRow * rowsOfB === b[at] ? { fixed: 0, perRow } : undefined;
  });
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

const integersOf = ({ buffer, byteOffset, byteLength }: Uint8Array): number[] => [
  ...new Int32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer),
];

const constant = (name: string, values: readonly number[], shape: readonly number[] = [values.length]): Node => ({
  name,
  operation: 'Const',
  inputs: [],
  attributes: { dtype: T, value: { tensor: { type: int32, shape, data: new Uint8Array(Int32Array.from(values).buffer) } } },
});

/** How many rows the first input has. */
function count({ name: input, type }: Port): Node[] {
  const shape = `${first}/shape`;
  const steps = ['begin', 'end', 'step'].map((name, at) => constant(`${first}/${name}`, [at === 0 ? 0 : 1]));
  const slice: Node['attributes'] = {
    T,
    Index: T,
    ...Object.fromEntries(['begin_mask', 'end_mask', 'ellipsis_mask', 'new_axis_mask'].map((name) => [name, { integer: 0 }])),
    shrink_axis_mask: { integer: 1 },
  };
  return [
    { name: shape, operation: 'Shape', inputs: [input], attributes: { T: { type }, out_type: T } },
    ...steps,
    { name: `${first}/rows`, operation: 'StridedSlice', inputs: [shape, ...steps.map(({ name }) => name)], attributes: slice },
  ];
}

/** The scalar that a size is. */
function times(name: string, { fixed, perRow }: Size): Node[] {
  if (perRow === 0) return [constant(name, [fixed], [])];
  const factor = constant(`${name}/factor`, [perRow], []);
  return [factor, { name, operation: 'Mul', inputs: [`${first}/rows`, factor.name], attributes: { T } }];
}

function packed(name: string, sizes: readonly Size[]): Node[] {
  const parts = sizes.map((size, at) => times(`${name}/size${at}`, size));
  const inputs = parts.map((nodes) => (nodes.at(-1) as Node).name);
  return [...parts.flat(), { name, operation: 'Pack', inputs, attributes: { T, N: { integer: sizes.length }, axis: { integer: 0 } } }];
}
