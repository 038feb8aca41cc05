import { InferenceError, type Message, type Tensor } from '@switchyard/protocol';
import { builtIn, type UnitWork } from '../unit-work.ts';

/** AVERAGE_COMBINER: the element-wise mean of its children's answers; names, encoding and the rest of the answer are the first one's. */
export function averageCombiner(name: string): UnitWork {
  return { ...builtIn, aggregate: async (messages) => average(name, messages) };
}

function average(name: string, messages: readonly Message[]): Message {
  const tensors = messages.map((message, index) => tensorOf(name, message, index));
  const [first, ...others] = tensors as [Tensor, ...Tensor[]];
  for (const [index, other] of others.entries())
    if (String(other.shape) !== String(first.shape))
      throw new InferenceError(
        'INTERNAL',
        `combiner "${name}" averages answers of one shape; its first child's is [${first.shape}], that of child ${index + 1} is [${other.shape}]`,
      );
  const data = Float64Array.from(first.data as ArrayLike<number>, (_, at) => {
    let sum = 0;
    for (const tensor of tensors) sum += Number(tensor.data[at]);
    return sum / tensors.length;
  });
  const { meta, encoding } = messages[0] as Message;
  return { meta, encoding, payload: { kind: 'tensors', tensors: [{ ...first, datatype: 'FP64', data }] } };
}

function tensorOf(name: string, { payload }: Message, index: number): Tensor {
  const tensor = payload.kind === 'tensors' && payload.tensors.length === 1 ? payload.tensors[0] : undefined;
  if (tensor !== undefined && tensor.datatype !== 'BYTES' && tensor.shape.length === 2) return tensor;
  const what = payload.kind === 'tensors' ? payload.tensors.map((each) => `${each.datatype} [${each.shape}]`).join(', ') : payload.kind;
  throw new InferenceError('INTERNAL', `combiner "${name}" averages tables of numbers; child ${index} answered ${what}`);
}
