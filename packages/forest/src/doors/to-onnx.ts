import { ForestError } from '../error.ts';
import { holdsWeights, type Forest } from '../forest.ts';
import { categorical, missingRight, type Tree } from '../tree.ts';
import { floatBelow } from './float32.ts';
import { floatType, int64Type } from './onnx-model.ts';
import { bytesField, floatsField, wholeField, wholesField } from './protobuf.ts';

export type OnnxOptions = { readonly classNames?: readonly string[] };

/** How scores are told: of all outputs, or of the second of two classes only, which onnxruntime then takes for its probability. */
type Telling = { readonly one: boolean; readonly transform: 'NONE' | 'LOGISTIC' | 'SOFTMAX'; readonly base: readonly number[] };

type Columns = {
  treeIds: number[];
  nodeIds: number[];
  modes: string[];
  features: number[];
  values: number[];
  yes: number[];
  no: number[];
  missing: number[];
};
type Leaves = { treeIds: number[]; nodeIds: number[]; outputs: number[]; weights: number[] };

/**
 * A forest as an ONNX model of one TreeEnsembleClassifier or TreeEnsembleRegressor (ai.onnx.ml 3) over rows of float32, `input` [N, columns].
 * Each row of float32 reaches the very leaves that it reaches here; sums are float32 in onnxruntime. A classifier answers `label`, of int64 or
 * of `classNames`, and `probabilities` [N, classes]; a regressor `variable` [N, outputs].
 *
 *     await writeFile('forest.onnx', toOnnx(forest));
 *
 * A set of categories becomes a chain of BRANCH_EQ that all lead to the same node, as onnxmltools writes it.
 *
 * @throws ForestError for two classes whose scores ONNX cannot tell.
 */
export function toOnnx(forest: Forest, { classNames }: OnnxOptions = {}): Uint8Array {
  const { task, columns, classes, outputs } = forest;
  if (classNames && classNames.length !== classes) throw new ForestError(`${classNames.length} names for ${classes} classes`);
  const telling = tellingOf(forest);
  const { nodes, leaves } = flatten(forest, telling.one);
  const kind = task === 'classification' ? 'class' : 'target';
  const attributes = [
    wholes('nodes_treeids', nodes.treeIds),
    wholes('nodes_nodeids', nodes.nodeIds),
    wholes('nodes_featureids', nodes.features),
    floats('nodes_values', nodes.values),
    texts('nodes_modes', nodes.modes),
    wholes('nodes_truenodeids', nodes.yes),
    wholes('nodes_falsenodeids', nodes.no),
    wholes('nodes_missing_value_tracks_true', nodes.missing),
    wholes(`${kind}_treeids`, leaves.treeIds),
    wholes(`${kind}_nodeids`, leaves.nodeIds),
    wholes(`${kind}_ids`, leaves.outputs),
    floats(`${kind}_weights`, leaves.weights),
    text('post_transform', telling.transform),
    ...(telling.base.some((value) => value !== 0) ? [floats('base_values', telling.base)] : []),
  ];
  if (task === 'regression') {
    attributes.push(whole('n_targets', outputs), text('aggregate_function', forest.aggregate === 'mean' ? 'AVERAGE' : 'SUM'));
    return model('TreeEnsembleRegressor', columns, attributes, [['variable', floatType, outputs]]);
  }
  attributes.push(classNames ? texts('classlabels_strings', classNames) : wholes('classlabels_int64s', [...Array(classes).keys()]));
  const label = ['label', classNames ? 8 : int64Type, undefined] as const;
  return model('TreeEnsembleClassifier', columns, attributes, [label, ['probabilities', floatType, classes]]);
}

/** onnxruntime labels two classes rightly only where one score is told of them. */
function tellingOf(forest: Forest): Telling {
  const { task, classes, outputs, link } = forest;
  const base = [...forest.base];
  const transform = ({ none: 'NONE', logistic: 'LOGISTIC', softmax: 'SOFTMAX' } as const)[link];
  if (task === 'regression' || classes !== 2) return { one: false, transform, base };
  if (outputs === 1 || holdsWeights(forest)) return { one: true, transform, base: base.slice(-1) };
  if (link === 'softmax') return { one: true, transform: 'LOGISTIC', base: [(base[1] as number) - (base[0] as number)] };
  throw new ForestError(`two classes with two scores and link ${link} have no form in ONNX`);
}

function flatten(forest: Forest, one: boolean): { nodes: Columns; leaves: Leaves } {
  const nodes: Columns = { treeIds: [], nodeIds: [], modes: [], features: [], values: [], yes: [], no: [], missing: [] };
  const leaves: Leaves = { treeIds: [], nodeIds: [], outputs: [], weights: [] };
  for (const [index, tree] of forest.trees.entries()) {
    let next = tree.features.length; // numbers of the nodes that a set takes beyond its own
    const push = (node: number, mode: string, feature: number, value: number, yes: number, no: number, missing: boolean): void => {
      nodes.treeIds.push(index);
      nodes.nodeIds.push(node);
      nodes.modes.push(mode);
      nodes.features.push(feature);
      nodes.values.push(value);
      nodes.yes.push(yes);
      nodes.no.push(no);
      nodes.missing.push(missing ? 1 : 0);
    };
    for (const [node, column] of tree.features.entries()) {
      const flags = tree.flags[node] as number;
      const child = tree.children[node] as number;
      if (column < 0) {
        push(node, 'LEAF', 0, 0, 0, 0, false);
        for (const [output, weight] of leafEntries(forest, tree, child, one)) {
          leaves.treeIds.push(index);
          leaves.nodeIds.push(node);
          leaves.outputs.push(output);
          leaves.weights.push(weight);
        }
        continue;
      }
      const missing = (flags & missingRight) === 0;
      const threshold = tree.thresholds[node] as number;
      const set = (flags & categorical) === 0 ? [] : categoriesOf(tree, threshold);
      if (set.length === 0) {
        push(node, 'BRANCH_LEQ', column, floatBelow((flags & categorical) === 0 ? threshold : -Infinity), child, child + 1, missing);
        continue;
      }
      for (const [i, category] of set.entries()) {
        const at = i === 0 ? node : next + i - 1;
        push(at, 'BRANCH_EQ', column, category, child, i + 1 < set.length ? next + i : child + 1, missing);
      }
      next += set.length - 1;
    }
  }
  return { nodes, leaves };
}

function categoriesOf({ setOffsets, setWords }: Tree, set: number): number[] {
  const from = setOffsets[set] as number;
  const bits = 32 * ((setOffsets[set + 1] as number) - from);
  return Array.from({ length: bits }, (_, i) => i).filter((i) => (((setWords[from + (i >>> 5)] as number) >>> (i & 31)) & 1) === 1);
}

/** What a leaf says: shares of all trees, or values; of one score, that of the second class, under the number of the first. */
function leafEntries(
  forest: Forest,
  { leafOffsets, leafOutputs, leafValues, covers }: Tree,
  leaf: number,
  one: boolean,
): [number, number][] {
  const factor = holdsWeights(forest) ? 1 / ((covers[leaf] as number) * forest.trees.length) : 1;
  const entries: [number, number][] = [];
  for (let i = leafOffsets[leaf] as number; i < (leafOffsets[leaf + 1] as number); i++)
    entries.push([leafOutputs[i] as number, (leafValues[i] as number) * factor]);
  if (!one || forest.outputs === 1) return entries;
  const of = new Map(entries);
  return [[0, (of.get(1) ?? 0) - (holdsWeights(forest) ? 0 : (of.get(0) ?? 0))]];
}

/** AttributeProto: its name, its value, and which field that is. */
const attribute = (name: string, type: number, ...values: Uint8Array[]): Uint8Array =>
  Buffer.concat([bytesField(1, name), ...values, wholeField(20, type)]);
const whole = (name: string, value: number): Uint8Array => attribute(name, 2, wholeField(3, value));
const text = (name: string, value: string): Uint8Array => attribute(name, 3, bytesField(4, value));
const floats = (name: string, values: readonly number[]): Uint8Array => attribute(name, 6, floatsField(7, values));
const wholes = (name: string, values: readonly number[]): Uint8Array => attribute(name, 7, wholesField(8, values));
const texts = (name: string, values: readonly string[]): Uint8Array => attribute(name, 8, ...values.map((value) => bytesField(9, value)));

type Value = readonly [name: string, type: number, columns: number | undefined];

/** ModelProto of one node. */
function model(op: string, columns: number, attributes: readonly Uint8Array[], outputs: readonly Value[]): Uint8Array {
  const domain = 'ai.onnx.ml';
  const node = [
    bytesField(1, 'input'),
    ...outputs.map(([name]) => bytesField(2, name)),
    bytesField(4, op),
    ...attributes.map((each) => bytesField(5, each)),
    bytesField(7, domain),
  ];
  const graph = [
    bytesField(1, Buffer.concat(node)),
    bytesField(2, 'forest'),
    bytesField(11, valueInfo(['input', floatType, columns])),
    ...outputs.map((output) => bytesField(12, valueInfo(output))),
  ];
  return Buffer.concat([
    wholeField(1, 8),
    bytesField(2, 'switchyard'),
    bytesField(7, Buffer.concat(graph)),
    bytesField(8, Buffer.concat([bytesField(1, ''), wholeField(2, 15)])),
    bytesField(8, Buffer.concat([bytesField(1, domain), wholeField(2, 3)])),
  ]);
}

/** ValueInfoProto of a tensor [N] or [N, columns]. */
function valueInfo([name, type, columns]: Value): Uint8Array {
  const rows = bytesField(1, bytesField(2, 'N'));
  const shape = columns === undefined ? rows : Buffer.concat([rows, bytesField(1, wholeField(1, columns))]);
  return Buffer.concat([bytesField(1, name), bytesField(2, bytesField(1, Buffer.concat([wholeField(1, type), bytesField(2, shape)])))]);
}
