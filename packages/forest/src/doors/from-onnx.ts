import { ForestError } from '../error.ts';
import type { Forest, Link } from '../forest.ts';
import type { ForeignForest } from './foreign-forest.ts';
import { doubleType, readOnnx, type OnnxModel, type OnnxNode } from './onnx-model.ts';
import { ensembleAttributes, plantTree, readTrees, type EnsembleAttributes, type Scores } from './onnx-trees.ts';

/** What may follow the trees without changing the numbers: it renames, types or names them. */
const harmless = new Set(['Identity', 'Cast', 'ZipMap']);

/**
 * Reads a forest from an ONNX model of one TreeEnsembleClassifier or TreeEnsembleRegressor (ai.onnx.ml 1 to 3), as skl2onnx and onnxmltools
 * make them of forests and boosted trees of scikit-learn, XGBoost and LightGBM: all branch modes, missing values, base values, sums and
 * averages; the post transforms NONE, LOGISTIC and SOFTMAX. Numbers are compared as the model's input type says, float32 or double; sums are
 * doubles here, and float32 in onnxruntime.
 *
 * @throws ForestError that names what it cannot read.
 */
export function fromOnnx(bytes: Uint8Array): ForeignForest {
  const model = readOnnx(bytes);
  const node = findEnsemble(model);
  const factor = findFactor(model, node);
  const [input] = model.inputs;
  const attributes = ensembleAttributes(node);
  const classifier = node.op === 'TreeEnsembleClassifier';
  const kind = classifier ? 'class' : 'target';
  const float32 = input?.type !== doubleType;
  const nodes = readTrees(attributes, kind, float32);
  const classNames = classifier ? namesOf(attributes) : undefined;
  const scores = classNames
    ? classScores(classNames.length, attributes)
    : { outputs: attributes.whole('n_targets', 1), mirrored: false, one: false };
  const aggregate = attributes.text('aggregate_function', 'SUM');
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE') attributes.refuse(`aggregate_function is ${aggregate}; SUM and AVERAGE are read`);
  const share = aggregate === 'AVERAGE' ? factor / nodes.length : factor;
  const forest: Forest = {
    columns: Math.max(
      1,
      input?.columns ?? 0,
      nodes.reduce((most, tree) => tree.reduce((more, { column }) => Math.max(more, column + 1), most), 0),
    ),
    task: classifier ? 'classification' : 'regression',
    classes: classNames?.length ?? 0,
    outputs: scores.outputs,
    bytes: false,
    float32,
    aggregate: 'sum',
    base: baseOf(attributes, scores, factor),
    link: linkOf(attributes, scores),
    trees: nodes.map((tree) => plantTree(tree, scores, share, attributes)),
  };
  return { forest, ...(classNames && { classNames }) };
}

function findEnsemble({ nodes }: OnnxModel): OnnxNode {
  const found = nodes.filter(({ op }) => op.startsWith('TreeEnsemble'));
  const [node] = found;
  if (!node)
    throw new ForestError(
      `the ONNX model has no tree ensemble among its ${nodes.length} nodes, and only trees are read here; tf-trainer import takes any model`,
    );
  if (found.length > 1)
    throw new ForestError(`the ONNX model has ${found.length} tree ensembles among its ${nodes.length} nodes; one is read`);
  if (node.op === 'TreeEnsemble')
    throw new ForestError('the ONNX model has a TreeEnsemble of ai.onnx.ml 5; TreeEnsembleClassifier and TreeEnsembleRegressor are read');
  return node;
}

/** What the trees' sum is multiplied with by the nodes behind them. */
function findFactor({ nodes, inputs, initializers }: OnnxModel, ensemble: OnnxNode): number {
  const isInput = (name: string): boolean => inputs.some((input) => input.name === name);
  const before = nodes.filter(({ outputs }) => outputs.some((output) => ensemble.inputs.includes(output)));
  if (!ensemble.inputs.some(isInput) && !before.some(({ op, inputs: names }) => harmless.has(op) && names.some(isInput)))
    throw new ForestError(`the ONNX model does ${before[0]?.op ?? 'nothing'} before its trees; only trees are read`);
  let factor = 1;
  for (const { op, inputs: names } of nodes) {
    if (op === ensemble.op || harmless.has(op)) continue;
    const numbers = names.flatMap((name) => initializers.get(name)?.numbers ?? []);
    if ((op !== 'Div' && op !== 'Mul') || numbers.length !== 1 || ensemble.op === 'TreeEnsembleClassifier')
      throw new ForestError(`the ONNX model does ${op} behind its trees; trees are read, and the product of a regression with a number`);
    factor *= op === 'Div' ? 1 / (numbers[0] as number) : (numbers[0] as number);
  }
  return factor;
}

function namesOf(attributes: EnsembleAttributes): string[] {
  const names = attributes.texts('classlabels_strings');
  return names.length > 0 ? [...names] : attributes.wholes('classlabels_int64s').map(String);
}

/**
 * As in onnxruntime, where all leaves say something of the first of two classes only, they say it of the second: its probability where no
 * weight is negative or the link makes one, else its score, and minus that is the score of the first.
 */
function classScores(classes: number, attributes: EnsembleAttributes): Scores {
  const one = classes === 2 && attributes.wholes('class_ids').every((id) => id === 0);
  const mirrored =
    one && attributes.text('post_transform', 'NONE') === 'NONE' && attributes.numbers('class_weights').some((weight) => weight < 0);
  return { outputs: one && !mirrored ? 1 : classes, mirrored, one };
}

function linkOf(attributes: EnsembleAttributes, { one }: Scores): Link {
  const transform = attributes.text('post_transform', 'NONE');
  if (transform === 'NONE') return 'none';
  if (transform === 'LOGISTIC') return 'logistic';
  if (transform === 'SOFTMAX' && !one) return 'softmax';
  return attributes.refuse(`post_transform is ${transform}${one ? ' of one score' : ''}; NONE, LOGISTIC and SOFTMAX are read`);
}

function baseOf(attributes: EnsembleAttributes, { outputs, mirrored, one }: Scores, factor: number): Float64Array {
  const given = attributes.numbers('base_values');
  if (given.length === 0) return new Float64Array(outputs);
  const last = given.at(-1) as number;
  const base = mirrored ? [-last, last] : one ? [last] : given;
  if (base.length !== outputs) attributes.refuse(`${given.length} base_values for ${outputs} outputs`);
  return Float64Array.from(base, (value) => value * factor);
}
