import { hostname } from 'node:os';
import { randomBytes } from 'node:crypto';
import { UserError } from '@switchyard/config';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { pino } from 'pino';
import { openCluster } from '../cluster/index.ts';
import { runController } from '../controller/run-controller.ts';
import { readRenderOptions } from './render-options.ts';

type Flags = {
  readonly watch?: readonly string[];
  readonly allNamespaces: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly leaseNamespace?: string;
  readonly leaseName: string;
  readonly identity: string;
  readonly port: number;
  readonly workers: number;
  readonly resync: number;
  readonly logLevel: string;
  readonly values?: string;
  readonly set?: readonly string[];
};

/** Adds `deployer controller` to the command line. */
export function controllerCommand(program: Command): void {
  program
    .command('controller')
    .description('Look after SeldonDeployments: make the cluster what they say, and write down how they do. Runs until it is stopped.')
    .addOption(
      new Option('--watch <namespaces>', "whose, with commas between; repeatable (default: the pod's own, or the context's)")
        .argParser(names)
        .env('SWITCHYARD_WATCH_NAMESPACES'),
    )
    .option('--all-namespaces', 'those of all namespaces; needs a ClusterRole', false)
    .option('--kubeconfig <file>', "the cluster's kubeconfig (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option('--context <name>', "which of the kubeconfig's contexts")
    .option('--values <file>', 'YAML file of options of rendering')
    .option('--set <name=value>', 'one of them: gateway.name=public, routes=none; repeatable', collect)
    .addOption(new Option('--lease-namespace <name>', 'where the lease of the leader is (default: as --watch)').env('POD_NAMESPACE'))
    .option('--lease-name <name>', 'the lease by which replicas agree on a leader', 'switchyard-controller')
    .addOption(
      new Option('--identity <name>', 'of this replica; unique')
        .env('POD_NAME')
        .default(`${hostname()}-${randomBytes(3).toString('hex')}`, "the host's name and some digits"),
    )
    .option('--port <port>', 'of /live, /ready and /metrics; 0 takes any free one', whole, 8080)
    .option('--workers <count>', 'deployments that are worked on at once', whole, 8)
    .option('--resync <seconds>', 'how often all are looked at though nothing happened', whole, 600)
    .addOption(
      new Option('--log-level <level>').choices(['fatal', 'error', 'warn', 'info', 'debug']).default('info').env('SWITCHYARD_LOG_LEVEL'),
    )
    .action(controller);
}

async function controller(flags: Flags): Promise<void> {
  const { watch, allNamespaces, kubeconfig, context, values, set, identity, port, workers, resync, logLevel } = flags;
  if (allNamespaces && watch !== undefined) throw new UserError('--all-namespaces and --watch exclude each other');
  if (workers < 1 || resync < 1) throw new UserError('--workers and --resync must be at least 1');
  const cluster = openCluster({ ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) });
  const log = pino({
    level: logLevel,
    base: { component: 'controller', pid: process.pid },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(1);
      log.info({ signal }, 'stopping');
      stop.abort();
    });
  await runController({
    cluster,
    render: readRenderOptions({ ...(values !== undefined && { values }), ...(set !== undefined && { set }) }),
    namespaces: allNamespaces ? ['*'] : (watch ?? [cluster.namespace]),
    lease: { namespace: flags.leaseNamespace ?? (watch ?? [cluster.namespace])[0]!, name: flags.leaseName, identity },
    port,
    workers,
    resyncSeconds: resync,
    log,
    signal: stop.signal,
  });
  process.exit(0); // whatever connection is still open
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function names(text: string, before: readonly string[] = []): string[] {
  const found = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const wrong = found.find((each) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(each));
  if (wrong !== undefined || found.length === 0) throw new InvalidArgumentError(`"${wrong ?? text}" is not the name of a namespace`);
  return [...before, ...found];
}

function whole(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError(`"${text}" is not a whole number ≥ 0`);
  return value;
}
