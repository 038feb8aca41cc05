import { parseArgs } from 'node:util';
import { rowCount, type Tensor } from '@switchyard/protocol';
import { createLogger, fixedModel, type Model, modelPredictor, serve, superviseMe } from '@switchyard/server';

// A model in a process of its own, to be killed: answers each row with its number, `--id`, after `--delay-ms`.
const option = { type: 'string', default: '0' } as const;
const { values } = parseArgs({
  options: { id: option, 'delay-ms': option, host: option, 'http-port': option, 'grpc-port': option, 'log-level': option },
});
const model: Model = {
  signature: {
    inputs: [{ name: 'x', datatype: 'FP64', shape: [-1, 2] }],
    outputs: [{ name: 'id', datatype: 'FP64', shape: [-1, 1] }],
  },
  async predict([x]) {
    await new Promise((resolve) => setTimeout(resolve, Number(values['delay-ms'])));
    const rows = rowCount(x as Tensor);
    return [{ name: 'id', datatype: 'FP64', shape: [rows, 1], data: new Float64Array(rows).fill(Number(values.id)) }];
  },
  dispose() {},
};
const predictor = modelPredictor(fixedModel('number', model), { unit: `m${values.id}`, image: 'acme/number:1', platform: 'test' });
const server = await serve(predictor, {
  kind: 'model',
  host: values.host,
  httpPort: Number(values['http-port']),
  grpcPort: Number(values['grpc-port']),
});
superviseMe({ server, log: createLogger('number', 'fatal') });
