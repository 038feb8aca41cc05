import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../lib/built.ts';
import { measure, node, stop } from '../lib/process.ts';
import { mainOf, models } from '../main-job/models.ts';
import { startRuntime, startYardstick, type Server } from '../main-job/servers.ts';
import { startCast } from './cast.ts';
import { buildClient } from './client.ts';
import { crowd } from './crowd.ts';
import { digits } from './digits.ts';
import { seldonJson } from './forms.ts';
import { manyRows } from './many-rows.ts';
import { oneRow, type OneRowPart } from './one-row.ts';
import { readOptions } from './options.ts';
import { router } from './router.ts';
import { overload } from './overload.ts';
import { starts } from './starts.ts';
import { workers } from './workers.ts';

/** The servers beside others: CPU per request by protocol, many rows, tails, starts. README.md says what each figure is. */
export default async function serving(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { wanted, peers, quick } = readOptions(parameters);
  const effort = quick ? { rounds: 1, seconds: 0.7, clients: 16 } : { rounds: 5, seconds: 1.5, clients: 16 };
  buildClient();
  build(['tf-runtime', 'rf-runtime', 'ab-router']);
  const folder = mkdtempSync(join(tmpdir(), 'serving-'));
  const store = join(folder, 'store');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // where a signal ends it
  const running: Server[] = [];
  const figures: Record<string, unknown> = { benchmark: 'serving', rounds: effort.rounds };
  try {
    for (const { name, trainer } of models) {
      process.stderr.write(`training ${name}\n`);
      await measure(node(mainOf(trainer), ['--store', store, '--name', name]));
    }
    if (wanted.has('workers') || wanted.has('overload')) {
      process.stderr.write('training mnist-cnn, a little\n'); // how well it knows digits does not matter
      await measure(node(mainOf('tf-trainer'), ['--store', store, '--name', 'mnist-cnn', '--preset', 'cnn', '--steps', '50']));
    }
    if (wanted.has('overload')) {
      process.stderr.write('training mnist-heavy, hardly\n');
      const heavy = join(import.meta.dirname, 'heavy-model.js');
      await measure(node(mainOf('tf-trainer'), ['--store', store, '--name', 'mnist-heavy', '--model', heavy, '--steps', '3']));
    }
    if (wanted.has('start')) Object.assign(figures, await starts(() => startRuntime('mnist-forest', store), effort.rounds));
    if (wanted.has('workers')) Object.assign(figures, await workers(store, effort));
    if (wanted.has('overload')) Object.assign(figures, await overload(store, quick));
    const forms = (['json', 'binary', 'grpc'] as const satisfies readonly OneRowPart[]).filter((part) => wanted.has(part));
    const keep = (server: Server): void => void running.push(server);
    const yardstick = await startYardstick();
    keep(yardstick);
    if (wanted.has('router')) Object.assign(figures, await router(yardstick, { store, state: join(folder, 'state') }, keep, effort));
    if (forms.length > 0 || wanted.has('rows64')) {
      const cast = await startCast(yardstick, store, peers, keep);
      if (forms.length > 0) Object.assign(figures, await oneRow(cast, forms, effort));
      if (wanted.has('json')) figures['p99OverP50'] = await crowd(cast.ours(seldonJson), await digits(16, 1), effort);
      if (wanted.has('rows64')) Object.assign(figures, await manyRows(cast, { ...effort, clients: 4 }));
    }
    return figures;
  } finally {
    for (const each of running) await stop(each.process);
    remove();
  }
}
