import { answerEncoding, type Message, type ModelMetadata, type Payload } from '@switchyard/protocol';
import { builtIn, type UnitWork } from '../unit-work.ts';

const columns = ['class0', 'class1', 'class2'];
const payload: Payload = {
  kind: 'tensors',
  tensors: [{ name: '', datatype: 'FP64', shape: [1, 3], data: Float64Array.of(0.1, 0.9, 0.5), columns }],
};
const metadata: ModelMetadata = {
  name: 'SIMPLE_MODEL',
  versions: [],
  platform: 'built-in',
  inputs: [],
  outputs: [{ name: 'output', datatype: 'FP64', shape: [1, 3], columns }],
};

/** SIMPLE_MODEL: the same three numbers for every request, to try a graph without a model. */
export const simpleModel: UnitWork = {
  ...builtIn,
  transformInput: async (_message, call): Promise<Message> => ({
    meta: {},
    encoding: answerEncoding(call.message.encoding, payload),
    payload,
  }),
  metadata: async () => metadata,
};
