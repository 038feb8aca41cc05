import { conformance } from '@switchyard/conformance';
import { rowCount, type Tensor } from '@switchyard/protocol';
import { createMetrics, fixedModel, modelPredictor, readIdentity, serve, type Model, type RunningServer } from '@switchyard/server';
import { graphPredictor } from './graph-predictor.ts';
import { predictorOf, restModel } from './test/graph.ts';

const width = 4;
const columns = ['low', 'high'];

/** The mean of a row and what is left of it to 1: a model small enough to check by hand, behind a server as real as any. */
const model: Model = {
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, width], range: { min: 0, max: 1 } }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2], columns }],
  },
  predict(inputs) {
    const x = inputs[0] as Tensor;
    const rows = rowCount(x);
    const data = new Float32Array(rows * 2);
    for (let row = 0; row < rows; row++) {
      const values = (x.data as Float32Array).subarray(row * width, (row + 1) * width);
      const mean = values.reduce((sum, each) => sum + each, 0) / width;
      data.set([1 - mean, mean], row * 2);
    }
    return [{ name: 'probabilities', datatype: 'FP32', shape: [rows, 2], data }];
  },
  dispose() {},
};

const local = { host: '127.0.0.1', httpPort: 0, grpcPort: 0, drainMs: 2000 };

async function startModel(): Promise<RunningServer> {
  const predictor = modelPredictor(fixedModel('mean', model), { unit: 'm', image: 'acme/m:1.0', platform: 'test' });
  return serve(predictor, { kind: 'model', ...local });
}

for (const transport of ['REST', 'GRPC'] as const) {
  const start = async () => {
    const unit = await startModel();
    const endpoint = { type: transport, service_host: '127.0.0.1', httpPort: unit.httpPort, grpcPort: unit.grpcPort };
    const metrics = createMetrics(readIdentity({ deploymentName: 'digits', predictorName: 'main' }, {}));
    const graph = await graphPredictor(
      predictorOf({
        name: 'ab',
        implementation: 'SIMPLE_ROUTER',
        children: [restModel('m', 0, { endpoint }), restModel('n', 0, { endpoint })],
      }),
      { name: 'digits', metrics },
    );
    const server = await serve(graph, { kind: 'router', metrics, ...local });
    return {
      http: `http://127.0.0.1:${server.httpPort}`,
      grpc: `127.0.0.1:${server.grpcPort}`,
      model: 'digits',
      row: [0, 0.25, 0.5, 1],
      width,
      classes: 2,
      range: { min: 0, max: 1 },
      badValue: 254,
      async stop() {
        await server.close();
        await graph.close();
        await unit.close();
      },
    };
  };
  conformance(`ab-router before a ${transport} model`, start, { kind: 'router' });
}
