import { ForestError } from '../error.ts';
import { treeWriter } from '../tree-writer.ts';
import { mostCategories, type Tree } from '../tree.ts';
import { previousDouble, previousFloat } from './float32.ts';
import type { OnnxNode } from './onnx-model.ts';

export type Scores = {
  readonly outputs: number;
  /** Whether minus the second class's score is that of the first. */
  readonly mirrored: boolean;
  /** Whether only one of two classes has a score. */
  readonly one: boolean;
};

/** A node as ONNX has it; children are indices into the same tree, −1 at a leaf. `numbers` is what a leaf says, by output. */
type EnsembleNode = {
  readonly mode: string;
  readonly column: number;
  readonly value: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly missingTrue: boolean;
  readonly numbers: Map<number, number>;
};

export type EnsembleAttributes = ReturnType<typeof ensembleAttributes>;

/** The attributes of a tree ensemble by name, floats also where they are in tensors of doubles. */
export function ensembleAttributes({ op, attributes }: OnnxNode) {
  const of = (name: string) => attributes.get(name);
  return {
    wholes: (name: string): readonly number[] => of(name)?.wholes ?? [],
    numbers: (name: string): readonly number[] => of(`${name}_as_tensor`)?.tensor?.numbers ?? of(name)?.numbers ?? [],
    texts: (name: string): readonly string[] => of(name)?.texts ?? [],
    text: (name: string, otherwise: string): string => of(name)?.texts[0] ?? otherwise,
    whole: (name: string, otherwise: number): number => of(name)?.wholes[0] ?? otherwise,
    refuse(why: string): never {
      throw new ForestError(`this ${op} cannot be read: ${why}`);
    },
  };
}

/** The nodes of each tree, in the order in which the trees come. Thresholds of BRANCH_LT and BRANCH_GTE become the number before. */
export function readTrees(attributes: EnsembleAttributes, kind: 'class' | 'target', float32: boolean): EnsembleNode[][] {
  const { refuse } = attributes;
  const treeIds = attributes.wholes('nodes_treeids');
  const nodeIds = attributes.wholes('nodes_nodeids');
  const places = new Map<number, Map<number, number>>();
  for (const [i, tree] of treeIds.entries()) {
    const nodes = places.get(tree) ?? new Map<number, number>();
    places.set(tree, nodes);
    const id = nodeIds[i] as number;
    if (nodes.has(id)) refuse(`tree ${tree} has node ${id} twice`);
    nodes.set(id, nodes.size);
  }
  if (places.size === 0) refuse('it has no trees');
  const column = <T>(name: string, values: readonly T[]): readonly T[] =>
    values.length === treeIds.length ? values : refuse(`${values.length} ${name} for ${treeIds.length} nodes`);
  const modes = column('nodes_modes', attributes.texts('nodes_modes'));
  const columns = column('nodes_featureids', attributes.wholes('nodes_featureids'));
  const values = column('nodes_values', attributes.numbers('nodes_values'));
  const whenTrue = column('nodes_truenodeids', attributes.wholes('nodes_truenodeids'));
  const whenFalse = column('nodes_falsenodeids', attributes.wholes('nodes_falsenodeids'));
  const missing = attributes.wholes('nodes_missing_value_tracks_true');
  const before = float32 ? previousFloat : previousDouble;
  const trees = new Map<number, EnsembleNode[]>([...places.keys()].map((tree) => [tree, []]));
  for (const [i, tree] of treeIds.entries()) {
    const mode = modes[i] as string;
    const leaf = mode === 'LEAF';
    const child = (id: number): number =>
      leaf ? -1 : (places.get(tree)?.get(id) ?? refuse(`tree ${tree}, node ${nodeIds[i]}: there is no node ${id}`));
    const value = values[i] === Infinity ? Number.MAX_VALUE : (values[i] as number); // it parts what is missing from all numbers
    if (!leaf && !Number.isFinite(value)) refuse(`tree ${tree}, node ${nodeIds[i]}: its value is ${value}`);
    if (!leaf && !(Number.isSafeInteger(columns[i]) && (columns[i] as number) >= 0 && (columns[i] as number) < 0x7fff_ffff))
      refuse(`tree ${tree}, node ${nodeIds[i]}: its feature is ${columns[i]}`);
    trees.get(tree)?.push({
      mode,
      column: leaf ? -1 : (columns[i] as number),
      value: mode === 'BRANCH_LT' || mode === 'BRANCH_GTE' ? before(value) : value,
      whenTrue: child(whenTrue[i] as number),
      whenFalse: child(whenFalse[i] as number),
      missingTrue: missing[i] === 1,
      numbers: new Map(),
    });
  }
  enterLeaves(attributes, kind, places, trees);
  return [...trees.values()];
}

function enterLeaves(
  attributes: EnsembleAttributes,
  kind: 'class' | 'target',
  places: ReadonlyMap<number, ReadonlyMap<number, number>>,
  trees: ReadonlyMap<number, EnsembleNode[]>,
): void {
  const weights = attributes.numbers(`${kind}_weights`);
  const [treeIds, nodeIds, outputs] = [`${kind}_treeids`, `${kind}_nodeids`, `${kind}_ids`].map(attributes.wholes) as [
    number[],
    number[],
    number[],
  ];
  for (const [i, weight] of weights.entries()) {
    const tree = treeIds[i] as number;
    const node = trees.get(tree)?.[places.get(tree)?.get(nodeIds[i] as number) ?? -1];
    if (!node || node.mode !== 'LEAF') attributes.refuse(`tree ${tree} has no leaf ${nodeIds[i]}, for which there is a weight`);
    if (!Number.isFinite(weight)) attributes.refuse(`tree ${tree}, leaf ${nodeIds[i]}: its weight is ${weight}`);
    const output = outputs[i] as number;
    node.numbers.set(output, (node.numbers.get(output) ?? 0) + weight);
  }
}

/** Makes a tree of its nodes: the first is the root. */
export function plantTree(nodes: readonly EnsembleNode[], scores: Scores, share: number, { refuse }: EnsembleAttributes): Tree {
  const writer = treeWriter();
  const waiting = [{ index: 0, node: writer.root }];
  let planted = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++planted > nodes.length) refuse('a node is the child of two, so that they make no tree');
    const from = nodes[next.index] as EnsembleNode;
    const { mode, column, value, whenTrue, whenFalse, missingTrue } = from;
    if (mode === 'LEAF') {
      writeLeaf(writer, next.node, from, scores, share, refuse);
      continue;
    }
    const trueRight = mode === 'BRANCH_GT' || mode === 'BRANCH_GTE' || mode === 'BRANCH_NEQ';
    const equality = mode === 'BRANCH_EQ' || mode === 'BRANCH_NEQ';
    if (!equality && !['BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GT', 'BRANCH_GTE'].includes(mode)) refuse(`mode ${mode} of a node`);
    if (equality && !isCategory(value)) refuse(`${mode} with ${value}; categories are whole numbers from 0 to ${mostCategories - 1}`);
    const chain = mode === 'BRANCH_EQ' ? equalityChain(nodes, from) : { categories: [value], whenFalse };
    planted += chain.categories.length - 1;
    const options = { missingRight: missingTrue === trueRight, ...(equality && { categories: chain.categories }) };
    const left = writer.split(next.node, column, value, options);
    const [toLeft, toRight] = trueRight ? [whenFalse, whenTrue] : [whenTrue, chain.whenFalse];
    waiting.push({ index: toRight, node: left + 1 }, { index: toLeft, node: left });
  }
  return writer.finish();
}

/** A set of categories as onnxmltools writes it: equal to the first, or else to the next, and each time on to the very same node. */
function equalityChain(nodes: readonly EnsembleNode[], first: EnsembleNode): { categories: number[]; whenFalse: number } {
  const categories = [first.value];
  let { whenFalse } = first;
  for (;;) {
    const next = nodes[whenFalse] as EnsembleNode;
    const goesOn = next.mode === 'BRANCH_EQ' && next.column === first.column && next.whenTrue === first.whenTrue;
    if (!goesOn || !isCategory(next.value) || next.missingTrue !== first.missingTrue || categories.length > nodes.length)
      return { categories, whenFalse };
    categories.push(next.value);
    whenFalse = next.whenFalse;
  }
}

const isCategory = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < mostCategories;

function writeLeaf(
  writer: ReturnType<typeof treeWriter>,
  node: number,
  { numbers }: EnsembleNode,
  { outputs, mirrored }: Scores,
  share: number,
  refuse: (why: string) => never,
): void {
  const most = mirrored ? 1 : outputs;
  const entries = [...numbers].toSorted(([a], [b]) => a - b);
  const wrong = entries.find(([output]) => output < 0 || output >= most);
  if (wrong) refuse(`a leaf says something of output ${wrong[0]} of ${most}`);
  const values = entries.map(([, value]) => value * share);
  if (mirrored && values.length === 1) writer.entries(node, [0, 1], [-(values[0] as number), values[0] as number], 0);
  else
    writer.entries(
      node,
      entries.map(([output]) => output),
      values,
      0,
    );
}
