import { conformance } from '@switchyard/conformance';
import { classNames, someRow, width } from './fixtures/linear.ts';
import { linearPredictor, serveLocally } from './fixtures/serving.ts';

conformance('a model', async () => {
  const server = await serveLocally(linearPredictor());
  return {
    http: `http://127.0.0.1:${server.httpPort}`,
    grpc: `127.0.0.1:${server.grpcPort}`,
    model: 'lines',
    row: someRow,
    width,
    classes: classNames.length,
    range: { min: 0, max: 1 },
    badValue: 254,
    stop: () => server.close(),
  };
});
