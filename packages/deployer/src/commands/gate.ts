import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@switchyard/artifact';
import { UserError } from '@switchyard/config';
import { type Command, InvalidArgumentError } from 'commander';
import { openCluster } from '../cluster/index.ts';
import { decideRollout, type Decision } from '../gate/decide-rollout.ts';
import { servedVersion } from '../gate/served-version.ts';
import { standings } from '../gate/standings.ts';
import { createTerminal } from './terminal.ts';

type Flags = {
  readonly deployment: string;
  readonly namespace?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly store: string;
  readonly metric: string;
  readonly tolerance: number;
  readonly output?: string;
  readonly json: boolean;
};

/** Adds `deployer gate` to the command line. */
export function gateCommand(program: Command): void {
  program
    .command('gate')
    .description('Say whether the latest version of a model may go into service: whether it is no worse than the version that serves.')
    .argument('<model>', "the model's name in the store")
    .requiredOption('--deployment <name>', 'the SeldonDeployment that serves it, or will')
    .option('-n, --namespace <name>', "its namespace (default: the context's)")
    .option('--kubeconfig <file>', 'where the cluster is (default: KUBECONFIG, ~/.kube/config, or the pod’s own)')
    .option('--context <name>', 'which of its contexts')
    .option('--store <address>', 'where models are kept: a folder, s3://… or gs://…', '/data')
    .option('--metric <name>', 'the figure of the artifacts that is compared; more is better', 'accuracy')
    .option('--tolerance <number>', 'by how much it may be lower', tolerance, 0)
    .option('--output <folder>', 'write verdict, candidate, in-service and version there, a file each, for a workflow')
    .option('--json', 'print one JSON object a line instead of text', false)
    .action(gate);
}

/** Exits with 0 whatever the verdict: not to roll out is no failure of the gate. */
async function gate(model: string, { deployment: name, metric, tolerance: margin, output, store, json, ...flags }: Flags): Promise<void> {
  const terminal = createTerminal({ json });
  const cluster = openCluster(flags);
  const live = await cluster.get({ apiVersion: 'machinelearning.seldon.io/v1', kind: 'SeldonDeployment', metadata: { name } });
  const served = live === undefined ? { kind: 'none' as const } : servedVersion(live, model);
  const decision = decideRollout({ model, metric, tolerance: margin, served, versions: await standings(openStore(store), model, metric) });
  terminal.line(`${decision.verdict}: ${decision.why}`);
  terminal.event('gate', { model, deployment: name, ...decision });
  if (output !== undefined) writeOutputs(output, decision);
}

function writeOutputs(folder: string, { verdict, candidate, inService = '', version }: Decision): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries({ verdict, candidate, 'in-service': inService, version })) {
    try {
      writeFileSync(join(folder, file), text);
    } catch (error) {
      throw new UserError(`cannot write ${join(folder, file)}: ${(error as Error).message}`);
    }
  }
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError(`"${text}" is no number from 0`);
  return value;
}
