import type { Signature, Tensor, TensorSpec } from '@switchyard/protocol';
import { TensorFlowError } from './tensorflow-error.ts';

/** A model that runs as a whole, whatever it was read from. */
export type GraphModel = {
  /** What it takes and gives; of a dimension that may be of any size, −1. */
  readonly signature: Signature;
  /** Takes the tensors of the signature by their names, and answers in its order. It blocks its thread. */
  predict(inputs: readonly Tensor[]): readonly Tensor[];
  dispose(): void;
};

/** A model that does not block, as it runs elsewhere. */
export type DistantModel = Omit<GraphModel, 'predict'> & { predict(inputs: readonly Tensor[]): Promise<readonly Tensor[]> };

/**
 * Holds what was stated of a model against what the model says itself, by the names of tensors: a statement may be narrower, as 784 where the
 * model takes any size, but not wider. The model then takes and gives tensors in the order of the statement.
 *
 * @throws TensorFlowError that names the tensor and both sides
 */
export function heldTo(stated: Signature, model: GraphModel): GraphModel;
export function heldTo(stated: Signature, model: DistantModel): DistantModel;
export function heldTo(stated: Signature, model: GraphModel | DistantModel): GraphModel | DistantModel;
export function heldTo(stated: Signature, model: GraphModel | DistantModel): GraphModel | DistantModel {
  const { inputs, outputs } = model.signature;
  compare('input', stated.inputs, inputs);
  compare('output', stated.outputs, outputs);
  const arranged = (tensors: readonly Tensor[]): Tensor[] => {
    const answers = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    return stated.outputs.map(({ name, columns }) => ({ ...(answers.get(name) as Tensor), ...(columns && { columns }) }));
  };
  return {
    signature: stated,
    predict(given) {
      const answers = model.predict(given);
      return answers instanceof Promise ? answers.then(arranged) : arranged(answers);
    },
    dispose: () => model.dispose(),
  } as GraphModel | DistantModel;
}

function compare(side: 'input' | 'output', stated: readonly TensorSpec[], found: readonly TensorSpec[]): void {
  const has = new Map(found.map((spec) => [spec.name, spec]));
  for (const spec of stated) {
    const own = has.get(spec.name);
    const names = [...has.keys()].map((name) => `"${name}"`).join(', ');
    if (own === undefined) throw new TensorFlowError(`the signature states ${side} "${spec.name}", but the model has ${names}`);
    const fits =
      own.datatype === spec.datatype &&
      own.shape.length === spec.shape.length &&
      own.shape.every((size, axis) => size === -1 || size === spec.shape[axis]);
    if (!fits) {
      throw new TensorFlowError(`the signature states ${side} "${spec.name}" as ${described(spec)}, but the model has ${described(own)}`);
    }
  }
  const stays = found.find(({ name }) => !stated.some((spec) => spec.name === name));
  if (side === 'input' && stays) throw new TensorFlowError(`the model takes input "${stays.name}", which the signature does not state`);
}

const described = ({ datatype, shape }: TensorSpec): string => `${datatype} [${shape.join(', ')}]`;

/** The tensor of that name among those given. @throws TensorFlowError where it is not there */
export function inputOf(given: readonly Tensor[], { name }: TensorSpec): Tensor {
  const tensor = given.find((each) => each.name === name);
  if (tensor === undefined) throw new TensorFlowError(`input "${name}" is missing`);
  return tensor;
}
