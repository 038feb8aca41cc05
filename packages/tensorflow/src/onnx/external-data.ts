import { eachField, lastOf, fieldsOf, stringOf } from '../wire.ts';
import { TensorFlowError } from '../tensorflow-error.ts';

type Message = 'model' | 'graph' | 'function' | 'training' | 'node' | 'attribute' | 'sparse' | 'tensor';

const what = 'model.onnx';
const deepest = 100;

/** In which fields of a message there are others that may hold tensors. Source: onnx.proto. */
const within: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

/**
 * Holds that all numbers of a model are in it. What is in other files would not be in the artifact, and onnxruntime would look for it wherever the
 * runtime was started.
 *
 * @throws TensorFlowError naming the tensor and its file
 */
export function refuseExternalData(model: Uint8Array): void {
  walk('model', model, 0);
}

function walk(kind: Message, bytes: Uint8Array, depth: number): void {
  if (depth > deepest) throw new TensorFlowError(`${what} has graphs within graphs, ${deepest} messages deep`);
  if (kind === 'tensor') return checkTensor(bytes);
  const inner = within[kind];
  for (const { number, bytes: content } of eachField(bytes, what)) {
    const next = inner[number];
    if (next !== undefined) walk(next, content, depth + 1);
  }
}

/** `external_data` says where; `data_location` that it counts. */
function checkTensor(bytes: Uint8Array): void {
  let name: Uint8Array | undefined;
  let external = false;
  let file = '';
  for (const { number, bytes: content, value } of eachField(bytes, what)) {
    if (number === 8) name = content;
    if (number === 14) external ||= value === 1n;
    if (number !== 13) continue;
    external = true;
    const entry = fieldsOf(content, what);
    if (stringOf(entry, 1) === 'location' && lastOf(entry, 2)) file = stringOf(entry, 2);
  }
  if (!external) return;
  throw new TensorFlowError(
    `${what}: the numbers of "${new TextDecoder().decode(name)}" are in another file${file && `, "${file}"`}, and must be in the model: onnx.save(onnx.load("model.onnx"), "whole.onnx") puts them there, or torch.onnx.export(…, external_data=False)`,
  );
}
