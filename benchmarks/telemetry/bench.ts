import { createMetrics, readIdentity } from '@switchyard/server';
import { Histogram, Registry } from 'prom-client';
import { figureOf, table } from '../lib/figures.ts';

const identity = readIdentity({ deploymentName: 'shop', predictorName: 'main', modelName: 'lines', modelImage: 'lines:1' }, {});

/** What it costs to note a request. `--quick` is one short round, to see that it works. */
export default async function telemetry(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const quick = parameters.includes('--quick');
  const [rounds, times] = quick ? [1, 10_000] : [15, 1_000_000];
  const metrics = createMetrics(identity);
  const figures = metrics.inferences('lines', '3');
  const labels = ['deployment_name', 'predictor_name', 'predictor_version', 'service', 'method', 'code'];
  const library = new Histogram({ name: 'peer_seconds', help: 'The same.', labelNames: labels, registers: [new Registry()] });
  const kinds: Readonly<Record<string, (seconds: number) => void>> = {
    requestNs: (seconds) => metrics.observeServer('predictions', 'post', '200', seconds),
    inferenceNs: (seconds) =>
      figures.answered(seconds * 1000, { input: seconds * 10, queue: seconds * 100, infer: seconds * 800, output: seconds }),
    libraryNs: (seconds) => library.labels('shop', 'main', '', 'predictions', 'post', '200').observe(seconds),
  };
  const taken = new Map(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [kind, note] of Object.entries(kinds)) {
      const ns = timed(times, note);
      if (round >= 0) taken.get(kind)?.push(ns); // the first one warms up
    }
  }
  const all = [...taken].map(([kind, values]) => [kind, figureOf(values)] as const);
  console.log(
    table(
      ['', 'least, ns', 'median, ns'],
      all.map(([kind, { min, median }]) => [kind.slice(0, -2), min, median]),
    ),
  );
  return { benchmark: 'telemetry', ...Object.fromEntries(all.map(([kind, { min }]) => [kind, min])) };
}

/** Nanoseconds each, of times from 10 µs to 100 ms. */
function timed(times: number, note: (seconds: number) => void): number {
  const started = process.hrtime.bigint();
  for (let at = 0; at < times; at++) note(10 ** -((at % 5) + 1));
  return Number(process.hrtime.bigint() - started) / times;
}
