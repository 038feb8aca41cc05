import { Command, InvalidArgumentError, Option } from 'commander';
import { openCluster } from '../cluster/index.ts';
import { apply } from './apply.ts';
import { buildCommand } from './build.ts';
import { controllerCommand } from './controller.ts';
import { deleteDeployment } from './delete.ts';
import { diff } from './diff.ts';
import { gateCommand } from './gate.ts';
import { history } from './history.ts';
import { readRenderOptions } from './render-options.ts';
import { renderFiles } from './render.ts';
import { rollback } from './rollback.ts';
import type { Session } from './session.ts';
import { status } from './status.ts';
import { createTerminal } from './terminal.ts';

type ClusterFlags = { readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string; readonly json?: boolean };

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
const json = (): Option => new Option('--json', 'print one JSON object a line instead of text');
const namespace = (): Option => new Option('-n, --namespace <name>', "the namespace (default: the manifest's, or the context's)");

/** The command line. Each command's work is in its own file; here is only what it is called with. */
export function program(): Command {
  const root = new Command('deployer')
    .description('Rolls out SeldonDeployments on Kubernetes: renders, applies, follows, says why one fails, goes back.')
    .showHelpAfterError('(add --help for what there is)')
    .configureHelp({ helpWidth: 100 });

  rendering(
    onCluster(root.command('apply'))
      .description('Roll out deployments and wait until they serve. One that does not is taken back.')
      .addOption(timeout())
      .option('--no-rollback', 'leave a version that does not serve as it is')
      .option('--force', 'take over fields that other managers have set', false),
  ).action(({ file, ...flags }) => apply(file, readRenderOptions(renderFlags(flags)), flags, session(flags)));

  rendering(onCluster(root.command('diff')))
    .description('Show what apply would change. Nothing is stored.')
    .option('--exit-code', 'end with 1 where something would change', false)
    .action(async ({ file, ...flags }) => {
      if ((await diff(file, readRenderOptions(renderFlags(flags)), session(flags))) && flags.exitCode) process.exitCode = 1;
    });

  rendering(root.command('render'))
    .description('Print the Kubernetes objects that deployments become. Needs no cluster.')
    .addOption(namespace())
    .addOption(json())
    .action(({ file, ...flags }) => {
      const { namespace: asked, json: asJson = false } = flags as ClusterFlags;
      process.stdout.write(
        renderFiles(file, readRenderOptions(renderFlags(flags)), { ...(asked !== undefined && { namespace: asked }), json: asJson }),
      );
    });

  onCluster(root.command('status'))
    .description('Say how one deployment does, or all of the namespace.')
    .argument('[name]')
    .action((name: string | undefined, flags) => status(name, session(flags)));

  onCluster(root.command('history'))
    .description('List the versions of a deployment that are kept.')
    .argument('<name>')
    .action((name: string, flags) => history(name, session(flags)));

  onCluster(root.command('rollback'))
    .description('Roll out an older version again, as it was.')
    .argument('<name>')
    .option('--to <version>', 'which one, by its number (default: the last that served before the newest)', count)
    .addOption(timeout())
    .action((name: string, flags) => rollback(name, flags, session(flags)));

  onCluster(root.command('delete'))
    .description('Take deployments off the cluster, with their history.')
    .argument('<names...>')
    .option('--no-wait', 'do not wait until all of it is gone')
    .option('--ignore-not-found', 'be content where there is none', false)
    .addOption(timeout())
    .action(async (names: string[], flags) => {
      const its = session(flags);
      for (const name of names) await deleteDeployment(name, flags, its);
    });

  buildCommand(root);
  controllerCommand(root);
  gateCommand(root);

  for (const command of [root, ...root.commands]) command.exitOverride();
  return root;
}

const onCluster = (command: Command): Command =>
  command
    .addOption(namespace())
    .option('--kubeconfig <file>', "the cluster's kubeconfig (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option('--context <name>', "which of the kubeconfig's contexts")
    .addOption(json());

const rendering = (command: Command): Command =>
  command
    .requiredOption('-f, --file <manifest>', 'SeldonDeployments, YAML or JSON; - is standard input; repeatable', collect)
    .option('--values <file>', 'YAML file of options of rendering')
    .option('--set <name=value>', 'one of them: gateway.name=public, routes=none; repeatable', collect)
    .option('--registry <name>', 'registry of our images, with its path')
    .option('--tag <tag>', 'tag of our images')
    .option('--routes <kind>', 'gateway, emissary or none');

const renderFlags = ({ values, set, registry, tag, routes }: Parameters<typeof readRenderOptions>[0]) => ({
  ...(values !== undefined && { values }),
  ...(set !== undefined && { set }),
  ...(registry !== undefined && { registry }),
  ...(tag !== undefined && { tag }),
  ...(routes !== undefined && { routes }),
});

const timeout = (): Option => new Option('--timeout <seconds>', 'the longest to wait').argParser(count).default(300);

function count(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new InvalidArgumentError(`"${text}" is not a whole number ≥ 0`);
  return value;
}

/** What the flags of a command say of its cluster, its namespace and its output. */
function session({ kubeconfig, context, namespace: asked, json: asJson = false }: ClusterFlags): Session {
  const cluster = openCluster({
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(asked !== undefined && { namespace: asked }),
  });
  return { cluster, terminal: createTerminal({ json: asJson }), signal: stopSignal(), ...(asked !== undefined && { namespace: asked }) };
}

/** Aborted by Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return controller.signal;
}
