import { figureOf, round, table } from '../lib/figures.ts';
import { startRouter, startRuntime, type Server } from '../main-job/servers.ts';
import { models } from '../main-job/models.ts';
import { contest, type Case, type Effort, type Outcome, type Run } from './contest.ts';
import { digits } from './digits.ts';
import { seldonGrpc, seldonJson } from './forms.ts';
import { installedProxies, startNodeProxy, startProxy } from './proxies.ts';

/** Where models are, and what a router may keep. */
type Places = { readonly store: string; readonly state: string };

/** What a router adds to a request of one row, before the yardstick: to its CPU with 16 clients, to its latency with one. */
export async function router(yardstick: Server, { store, state }: Places, keep: (server: Server) => void, effort: Effort) {
  const { installed, missing } = installedProxies();
  if (missing.length > 0) console.log(`\n${missing.join(', ')}: not installed, so not measured`);
  const kept = async (starting: Promise<Server>): Promise<Server> => {
    const server = await starting;
    keep(server);
    return server;
  };
  const constant = { model: 'constant', modelName: '', form: seldonJson, behind: [yardstick] } as const;
  const own = await kept(startRouter(new Map(models.map(({ name }) => [name, yardstick])), state));
  const cases: Case[] = [{ ...constant, server: 'ab-router', target: own, path: '/api/v1.0/predictions' }];
  for (const name of installed) cases.push({ ...constant, server: name, target: await kept(startProxy(name, yardstick)) });
  cases.push({ ...constant, server: 'node:http agent', target: await kept(startNodeProxy(yardstick)) });
  const sent = await digits(16, 1);
  const many = await contest(cases, sent, yardstick, effort);
  const alone = await contest(cases, sent, yardstick, { ...effort, clients: 1, yardstickClients: 1 });
  const grpc = await byGrpc(kept, { store, state }, (cases) => contest(cases, sent, yardstick, effort));
  const rows = cases.map(({ server }, index) => ({ server, cpu: cpu(many[index]!), p50: p50(alone[index]!), ...more(many[index]!) }));
  console.log('\nWhat a router adds before a server that answers a constant, min / median\n');
  const both = ({ min, median }: { min: number; median: number }): string => `${min} / ${median}`;
  console.log(
    table(
      ['router', 'CPU µs, 16 clients', 'the same in yardsticks', 'p50 ms, one client', 'requests/s, 16 clients'],
      rows.map(({ server, cpu, yardsticks, p50, perSecond }) => [server, both(cpu), both(yardsticks), both(p50), perSecond]),
    ),
  );
  const { cpu: added, yardsticks, p50: late } = rows[0]!;
  console.log(`\nby gRPC, before the runtime of the forest: ${both(grpc.cpu)} µs, or ${both(grpc.yardsticks)} yardsticks`);
  return {
    routerAddedUs: added.median,
    routerAddedYardsticks: yardsticks.median,
    routerAddedP50Ms: late.median,
    routerGrpcAddedUs: grpc.cpu.median,
    routerGrpcAddedYardsticks: grpc.yardsticks.median,
  };
}

/** What is added to a call of Seldon's gRPC: CPU of router and runtime together, less that of the runtime when it is asked itself. */
async function byGrpc(
  kept: (starting: Promise<Server>) => Promise<Server>,
  { store, state }: Places,
  measure: (cases: readonly Case[]) => Promise<Outcome[]>,
) {
  const forest = await kept(startRuntime('mnist-forest', store));
  const asked = { model: 'forest', modelName: 'mnist-forest', form: seldonGrpc } as const;
  const target = await kept(startRouter(new Map(models.map(({ name }) => [name, forest])), `${state}-grpc`, 'GRPC'));
  const [direct, routed] = (await measure([
    { ...asked, server: 'rf-runtime', target: forest },
    { ...asked, server: 'ab-router', target, behind: [forest] },
  ])) as [Outcome, Outcome];
  const added = (of: (run: Run) => number) => figureOf(routed.runs.map((run, round) => of(run) - of(direct.runs[round]!)));
  return { cpu: added(({ micros }) => micros), yardsticks: added(({ yardsticks }) => yardsticks) };
}

const cpu = ({ runs }: Outcome) => figureOf(runs.map(({ micros, yardstickMicros }) => micros - yardstickMicros));
const p50 = ({ runs }: Outcome) => figureOf(runs.map((run) => run.p50 - run.yardstickP50));
const more = ({ runs, perSecond }: Outcome) => ({
  yardsticks: figureOf(runs.map(({ yardsticks }) => yardsticks - 1)),
  perSecond: round(perSecond.median),
});
