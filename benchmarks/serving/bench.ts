import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentMb } from '../lib/cpu.ts';
import { round, table } from '../lib/figures.ts';
import { measure, node, stop } from '../lib/process.ts';
import { load } from '../lib/start-load.ts';
import { firstDigit, mainOf, models, type ModelName } from '../main-job/models.ts';
import { ndarray, oipBinary, requests, type Case } from '../main-job/requests.ts';
import { startRuntime, startYardstick, type Server } from '../main-job/servers.ts';
import { oipRaw } from './oip-raw.ts';

/** CPU per request of the two runtimes by protocol, in yardsticks; start, memory and tail. `--quick` is one short round. */
export default async function serving(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const quick = parameters.includes('--quick');
  const [rounds, seconds] = quick ? [1, 0.5] : [3, 1.5];
  const folder = mkdtempSync(join(tmpdir(), 'serving-'));
  const store = join(folder, 'store');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // where a signal ends it
  const running: Server[] = [];
  try {
    for (const { name, trainer } of models) {
      process.stderr.write(`training ${name}\n`);
      await measure(node(mainOf(trainer), ['--store', store, '--name', name]));
    }
    const row = await firstDigit();
    const softmax = await startRuntime('mnist-softmax', store);
    running.push(softmax);
    const forest = await startRuntime('mnist-forest', store);
    running.push(forest);
    const idleMb = residentMb(forest.process.pid!);
    const yardstick = await startYardstick();
    running.push(yardstick);

    const cases = [
      ndarray('softmax', softmax, row),
      ndarray('forest', forest, row),
      oipBinary('softmax', softmax, row, 'mnist-softmax'),
      oipBinary('forest', forest, row, 'mnist-forest'),
      grpcRaw('softmax', softmax, row, 'mnist-softmax'),
      grpcRaw('forest', forest, row, 'mnist-forest'),
    ];
    const found = await requests(cases, yardstick, rounds, seconds);
    console.log('\nOne row of 784 numbers, 16 clients: CPU of the server, µs, and in yardsticks\n');
    console.log(
      table(
        ['model', 'request', 'CPU µs', 'yardsticks, min / median', 'requests/s'],
        found.map(({ server, kind, cpuMicros, ratio, perSecond }) => [
          server,
          kind,
          cpuMicros.median,
          `${ratio.min} / ${ratio.median}`,
          perSecond.median,
        ]),
      ),
    );
    const crowd = await load({ ...cases[1]!.request, clients: 64, warmSeconds: 1, seconds: seconds * 2 }, forest.process.pid!);
    const [jsonSoftmax, jsonForest, binarySoftmax, binaryForest, grpcSoftmax, grpcForest] = found.map(({ ratio }) => ratio.median);
    return {
      benchmark: 'serving',
      rounds,
      jsonSoftmax,
      jsonForest,
      binarySoftmax,
      binaryForest,
      grpcSoftmax,
      grpcForest,
      readyMs: Math.round(forest.startSeconds * 1000),
      idleMb: Math.round(idleMb),
      p99OverP50: round(crowd.p99 / crowd.p50),
    };
  } finally {
    for (const each of running) await stop(each.process);
    remove();
  }
}

/** One row of raw float32 by the Open Inference Protocol's ModelInfer. */
function grpcRaw(server: string, target: Server, row: readonly number[], model: ModelName): Case {
  const body = oipRaw(model, 1, Float32Array.from(row)).toString('base64');
  const path = '/inference.GRPCInferenceService/ModelInfer';
  return { server, kind: 'OIP raw, gRPC', target, request: { protocol: 'grpc', address: target.grpc, path, headers: {}, body } };
}
