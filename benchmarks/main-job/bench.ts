import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figureOf, table } from '../lib/figures.ts';
import { build } from '../lib/built.ts';
import { residentMb } from '../lib/cpu.ts';
import { stop } from '../lib/process.ts';
import { firstDigit, models, type ModelName } from './models.ts';
import { installPeers } from './peers.ts';
import { ndarray, oipBinary, requests, seldonGrpc } from './requests.ts';
import { startRouter, startRuntime, startSeldon, startYardstick, type Server } from './servers.ts';
import { training } from './training.ts';

/** Training, start and CPU per request of the main job. `--quick` is one short round, to see that it works. */
export default async function mainJob(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const quick = parameters.includes('--quick');
  const [rounds, seconds] = quick ? [1, 0.5] : [3, 1.5];
  build(['tf-runtime', 'rf-runtime', 'ab-router']);
  const peers = installPeers();
  if (peers.why) console.log(peers.why);
  const folder = mkdtempSync(join(tmpdir(), 'main-job-'));
  const [store, peerModels] = [join(folder, 'store'), join(folder, 'peer')];
  mkdirSync(peerModels);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // where a signal ends it
  try {
    const trained = await training(rounds, store, peers.training, peerModels);
    console.log('\nTraining on 60,000 digits: the whole process, seconds, min / median\n');
    console.log(
      table(
        ['model', 'by', 'wall', 'CPU', 'accuracy'],
        trained.map(({ model, by, wall, cpu, accuracy }) => [
          model,
          by,
          `${wall.min} / ${wall.median}`,
          `${cpu.min} / ${cpu.median}`,
          accuracy,
        ]),
      ),
    );
    const begun = await starts(rounds, store, peers.seldon, peerModels, join(folder, 'state'));
    console.log('\nStart: from the start of the process until it is ready, seconds\n');
    console.log(
      table(
        ['server', 'min / median', 'resident MiB'],
        begun.map(({ server, start, resident }) => [server, `${start.min} / ${start.median}`, resident]),
      ),
    );

    const asked = await perRequest(rounds, seconds, store, peers.seldon, peerModels, join(folder, 'state'));
    console.log('\nOne row a request, 16 clients: CPU of the server, µs, and its ratio to a bare node:http server, median\n');
    console.log(
      table(
        ['server', 'request', 'CPU µs', 'ratio', 'requests/s', 'p50 / p99 ms'],
        asked.map(({ server, kind, cpuMicros, ratio, perSecond, p50, p99 }) => [
          server,
          kind,
          cpuMicros.median,
          ratio.median,
          perSecond.median,
          `${p50.median} / ${p99.median}`,
        ]),
      ),
    );
    return { benchmark: 'main-job', rounds, training: trained, start: begun, requests: asked };
  } finally {
    remove();
  }
}

async function starts(rounds: number, store: string, seldon: string | undefined, peerModels: string, state: string) {
  const times = new Map<string, { seconds: number[]; resident: number }>();
  const note = async (server: string, begin: () => Promise<Server>, resident = true) => {
    const running = await begin();
    const entry = times.get(server) ?? { seconds: [], resident: NaN };
    entry.seconds.push(running.startSeconds);
    if (resident) entry.resident = Math.round(residentMb(running.process.pid!));
    times.set(server, entry);
    return running;
  };
  for (let round = 0; round < rounds; round++) {
    const runtimes = new Map<ModelName, Server>();
    for (const { name, runtime } of models) runtimes.set(name, await note(`${runtime}, ${name}`, () => startRuntime(name, store)));
    const router = await note('ab-router', () => startRouter(runtimes, state));
    for (const each of [router, ...runtimes.values()]) await stop(each.process);
    if (seldon) {
      for (const { name } of models) {
        const running = await note(`Seldon's wrapper, ${name}`, () => startSeldon(seldon, name, peerModels), false); // several processes
        await stop(running.process);
      }
    }
  }
  return [...times].map(([server, { seconds, resident }]) => ({
    server,
    start: figureOf(seconds),
    resident: Number.isNaN(resident) ? '–' : resident,
  }));
}

async function perRequest(rounds: number, seconds: number, store: string, seldon: string | undefined, peerModels: string, state: string) {
  const row = await firstDigit();
  const yardstick = await startYardstick();
  const runtimes = new Map<ModelName, Server>();
  for (const { name } of models) runtimes.set(name, await startRuntime(name, store));
  const router = await startRouter(runtimes, state);
  const wrappers = new Map<ModelName, Server>();
  if (seldon) for (const { name } of models) wrappers.set(name, await startSeldon(seldon, name, peerModels));
  try {
    return await requests(
      [
        ...models.flatMap(({ name, runtime }) => {
          const [server, target] = [`${runtime}, ${name}`, runtimes.get(name)!];
          return [ndarray(server, target, row), oipBinary(server, target, row, name), seldonGrpc(server, target, row)];
        }),
        ndarray('ab-router', router, row, '/api/v1.0/predictions'),
        seldonGrpc('ab-router', router, row, '/seldon.protos.Seldon/Predict'),
        ...[...wrappers].flatMap(([name, target]) => [
          ndarray(`Seldon's wrapper, ${name}`, target, row),
          seldonGrpc(`Seldon's wrapper, ${name}`, target, row),
        ]),
      ],
      yardstick,
      rounds,
      seconds,
    );
  } finally {
    for (const each of [router, yardstick, ...runtimes.values(), ...wrappers.values()]) await stop(each.process);
  }
}
