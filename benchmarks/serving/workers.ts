import { privateMb } from '../lib/cpu.ts';
import { figureOf, round, table } from '../lib/figures.ts';
import { stop } from '../lib/process.ts';
import { startModel, type Server } from '../main-job/servers.ts';
import { load, type Measured } from './client.ts';
import { request, type Effort } from './contest.ts';
import { digits } from './digits.ts';
import { oipBinary, v1Json, type Form } from './forms.ts';

const rows = 64;

/** Work of many rows a request, most of it in JSON and most of it in the model. */
const works: readonly { readonly runtime: string; readonly model: string; readonly form: Form }[] = [
  { runtime: 'rf-runtime', model: 'mnist-forest', form: v1Json },
  { runtime: 'tf-runtime', model: 'mnist-cnn', form: oipBinary },
];

/** Requests a second and cores, of one server or of several at the same time. */
type Run = { readonly perSecond: number; readonly cores: number; readonly clientCores: number; readonly foreign: number };

/**
 * Requests a second of two workers over those of one. The clients share the cores, so each request is of much work for the server, and little for
 * them; what two servers that share nothing do at the same time is what the machine has to give.
 */
export async function workers(store: string, { rounds, seconds, clients }: Effort) {
  const sent = await digits(4, rows);
  const ratios: number[] = [];
  let most = 0;
  for (const { runtime, model, form } of works) {
    const servers: Server[] = [];
    try {
      for (const workers of ['1', '1', '2']) servers.push(await startModel(runtime, model, store, { SWITCHYARD_WORKERS: workers }));
      const [one, other, two] = servers as [Server, Server, Server];
      const ask = async (targets: readonly Server[], forSeconds: number): Promise<Run> => {
        const asked = targets.map((target) =>
          load(
            {
              ...request({ server: runtime, target, model: 'both', modelName: model, form }, sent),
              clients: clients / targets.length,
              warmSeconds: 0.5,
              seconds: forSeconds,
            },
            [target.process.pid!],
          ),
        );
        return together(await Promise.all(asked));
      };
      const contestants = { 'one worker': [one], 'two workers': [two], 'two servers': [one, other] };
      const runs = Object.values(contestants).map((): Run[] => []);
      await ask([two], seconds * 2); // compiled by then
      await ask([one, other], seconds);
      for (let turn = 0; turn < rounds; turn++)
        for (const [index, targets] of Object.values(contestants).entries()) runs[index]!.push(await ask(targets, seconds));
      const overOne = (index: number) => figureOf(runs[index]!.map(({ perSecond }, turn) => perSecond / runs[0]![turn]!.perSecond));
      console.log(`\n${rows} rows a request, ${clients} clients: ${model}, ${form.kind}\n`);
      console.log(
        table(
          ['', 'requests/s', 'over one, min / median', 'cores', 'cores of the clients', 'foreign', 'private memory, MiB'],
          Object.entries(contestants).map(([name, targets], index) => {
            const median = (of: (run: Run) => number): number => figureOf(runs[index]!.map(of)).median;
            return [
              name,
              round(median(({ perSecond }) => perSecond)),
              `${overOne(index).min} / ${overOne(index).median}`,
              median(({ cores }) => cores),
              median(({ clientCores }) => clientCores),
              `${Math.round(median(({ foreign }) => foreign) * 100)} %`,
              targets.map(({ process }) => privateMb(process.pid!).map(Math.round).join(' + ')).join(', '),
            ];
          }),
        ),
      );
      ratios.push(overOne(1).median);
      most = Math.max(most, overOne(2).median);
    } finally {
      for (const each of servers) await stop(each.process);
    }
  }
  return { workersRatio: Math.max(...ratios), workersRatioLeast: Math.min(...ratios), serversRatio: most };
}

function together(found: readonly Measured[]): Run {
  const sum = (of: (each: Measured) => number): number => found.reduce((total, each) => total + of(each), 0);
  return {
    perSecond: sum(({ requests, seconds }) => requests / seconds),
    cores: sum(({ cpuMicros, requests, seconds }) => (cpuMicros[0]! * requests) / 1e6 / seconds),
    clientCores: sum(({ cpu, seconds }) => cpu / seconds),
    foreign: found.length > 1 ? NaN : found[0]!.foreign, // of two at a time, each takes the other for one
  };
}
