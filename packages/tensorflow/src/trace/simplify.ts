import type { Attribute, Constant, Node } from './graph.ts';

/** A graph that is being put together, as far as a simpler form of an operation is found by it. */
export type Draft = {
  /** Answers the name of the new node. `shape` is its first output's. */
  add(operation: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>>, shape: readonly number[]): string;
  node(name: string): Node | undefined;
  shape(name: string): readonly number[];
  find(operation: string, input: string): string | undefined;
};

export type Given = Pick<Node, 'operation' | 'inputs' | 'attributes'> & { readonly shape: readonly number[] };

type Rule = (given: Given, draft: Draft) => string | undefined;

/**
 * The name of what stands for an operation, where TensorFlow has something simpler or faster than what TensorFlow.js makes of it.
 * `undefined`: it is best as it is.
 */
export function simplify(given: Given, draft: Draft): string | undefined {
  return rules[given.operation]?.(given, draft);
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

const rules: Readonly<Record<string, Rule>> = {
  /** To the type that it has. */
  Cast: ({ inputs: [x], attributes: { SrcT, DstT } }) => (typeOf(SrcT) === typeOf(DstT) ? x : undefined),

  /** To the shape that it has, or of what was reshaped before. */
  Reshape: ({ inputs: [x = '', to = ''], attributes, shape }, draft) => {
    const source = draft.node(x);
    const from = source?.operation === 'Reshape' ? (source.inputs[0] as string) : x;
    if (sameShape(draft.shape(from), shape)) return from;
    return from === x ? undefined : draft.add('Reshape', [from, to], attributes, shape);
  },

  /** A product of two matrices is not one of batches of them: the kernel is faster, and is fused with the bias. */
  BatchMatMulV2: ({ inputs: [a = '', b = ''], attributes: { T, adj_x, adj_y }, shape }, draft) => {
    const matrices = [a, b].map((name) => matrixOf(name, draft));
    const [x, y] = matrices;
    if (x === undefined || y === undefined || T === undefined || adj_x === undefined || adj_y === undefined) return undefined;
    const product = draft.add('MatMul', [x, y], { T, transpose_a: adj_x, transpose_b: adj_y }, shape.slice(-2));
    return shape.length === 2 ? product : draft.add('Reshape', [product, shapeConstant(shape, draft)], reshaped(T), shape);
  },

  /** A bias is fused with the convolution or the product before it, but only under this name. */
  Add: ({ inputs: [x = '', bias = ''], attributes: { T }, shape }, draft) => {
    const [size, ...more] = draft.shape(bias);
    const isBias = more.length === 0 && size === shape.at(-1) && sameShape(draft.shape(x), shape) && shape.length > 1;
    if (!isBias || T === undefined || !['MatMul', 'Conv2D'].includes(draft.node(x)?.operation ?? '')) return undefined;
    return draft.add('BiasAdd', [x, bias], { T, data_format: { string: 'NHWC' } }, shape);
  },

  /** The gradient of a rectified unit: one pass over its values, in place of six. */
  Mul: ({ inputs: [gradient = '', mask = ''], attributes: { T }, shape }, draft) => {
    const x = steppedOf(mask, draft);
    if (x === undefined || T === undefined || !sameShape(draft.shape(gradient), shape)) return undefined;
    return draft.add('ReluGrad', [gradient, draft.find('Relu', x) ?? x], { T }, shape);
  },
};

const typeOf = (attribute: Attribute | undefined): number | undefined => (attribute && 'type' in attribute ? attribute.type : undefined);

/** What is a matrix, or a batch of one that was a matrix before. */
function matrixOf(name: string, draft: Draft): string | undefined {
  const shape = draft.shape(name);
  if (shape.length === 2) return name;
  const node = draft.node(name);
  if (shape.length !== 3 || shape[0] !== 1 || node?.operation !== 'Reshape') return undefined;
  const [source = ''] = node.inputs;
  return sameShape(draft.shape(source), shape.slice(1)) ? source : undefined;
}

const int32 = 3;
const reshaped = (T: Attribute): Record<string, Attribute> => ({ T, Tshape: { type: int32 } });

function shapeConstant(shape: readonly number[], draft: Draft): string {
  const data = new Uint8Array(Int32Array.from(shape).buffer);
  return draft.add('Const', [], { dtype: { type: int32 }, value: { tensor: { type: int32, shape: [shape.length], data } } }, [
    shape.length,
  ]);
}

/** Of `step(x)`, as tfjs-node has it, the `x`: 1 where it is above 0, 0 elsewhere, and NaN where it is NaN. */
function steppedOf(name: string, draft: Draft): string | undefined {
  const [condition, x, step] = inputsOf(name, 'Select', draft);
  const [greater, ones, zeros] = inputsOf(step, 'Select', draft);
  const [above, nothing] = inputsOf(greater, 'Greater', draft);
  const [fill] = inputsOf(zeros, 'Fill', draft).slice(1);
  const isStep = above === x && inputsOf(condition, 'IsNan', draft)[0] === x;
  return isStep && isAll(0, nothing, draft) && isAll(0, fill, draft) && isAll(1, ones, draft) ? x : undefined;
}

function inputsOf(name: string | undefined, operation: string, draft: Draft): readonly string[] {
  const node = name === undefined ? undefined : draft.node(name);
  return node?.operation === operation ? node.inputs : [];
}

function isAll(value: number, name: string | undefined, draft: Draft): boolean {
  const attribute = name === undefined ? undefined : draft.node(name)?.attributes['value'];
  const constant: Constant | undefined = attribute && 'tensor' in attribute ? attribute.tensor : undefined;
  if (!(constant?.data instanceof Uint8Array) || constant.type !== 1) return false;
  const { buffer, byteOffset, byteLength } = constant.data;
  return new Float32Array(buffer, byteOffset, byteLength / 4).every((each) => each === value);
}
