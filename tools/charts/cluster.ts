import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, type Case } from './cases.ts';
import { root } from './golden.ts';
import { render } from './helm.ts';

/** What was looked at, and why it is not as it should be; undefined where it is. */
export type Result = readonly [what: string, why: string | undefined];

const routes = ['gateway', 'emissary', 'none'] as const;
const examples = 'examples/mnist/deployments';

/**
 * Has the API server of KUBECONFIG look at all that is rendered: strictly (a field that its kind has not is an error), by its own schemas and
 * those of its CRDs, for all kinds of routes, Mappings of Emissary included. Nothing is kept, but namespaces are made for the time, since
 * only in one that is there objects are looked at.
 */
export function tryOnCluster(): Result[] {
  const namespace = `charts-check-${process.pid}`;
  const made = kubectl(['create', 'namespace', namespace]);
  if (made !== undefined) throw new Error(`kubectl finds no cluster, or may make no namespace: ${made}`);
  try {
    const dryRun = (what: string, text: string): Result => [what, kubectl(['apply', ...strict, '-n', namespace, '-f', '-'], text)];
    return [
      ...cases.map((each) => dryRun(`${each.chart}, ${each.name}: the API server takes it`, renderInto(each, namespace))),
      ...globSync(`${examples}/*.yaml`, { cwd: root })
        .toSorted()
        .flatMap((file) =>
          routes.map((kind) => dryRun(`${file}, routes ${kind}: the API server takes it`, renderDeployment(file, kind, namespace))),
        ),
      ...globSync('workflows/*.yaml', { cwd: root })
        .toSorted()
        .map((file): Result => [
          `${file}: the API server takes it`,
          kubectl(['create', ...strict, '-n', namespace, '-f', '-'], readFileSync(join(root, file), 'utf8')),
        ]),
    ];
  } finally {
    kubectl(['delete', 'namespace', namespace, '--wait=false']);
  }
}

const strict = ['--dry-run=server', '--validate=strict'];

/** All in one namespace: those that values name are not there. */
function renderInto(which: Case, namespace: string): string {
  const { code, output, errors } = render(which);
  if (code !== 0) throw new Error(`${which.chart}, ${which.name}: ${errors}`);
  return output.replaceAll(/^( *)namespace: (ns|team-[ab])$/gm, `$1namespace: ${namespace}`);
}

function renderDeployment(file: string, kind: string, namespace: string): string {
  const program = [
    '--conditions=@switchyard/source',
    'packages/deployer/src/main.ts',
    'render',
    '-f',
    file,
    '--routes',
    kind,
    '-n',
    namespace,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  return stdout;
}

/** Runs kubectl; gives what it complains of, warnings included, or undefined. */
function kubectl(words: readonly string[], input = ''): string | undefined {
  const { status, stderr, error } = spawnSync('kubectl', words, { encoding: 'utf8', input });
  if (error) return error.message;
  return status === 0 && stderr === '' ? undefined : stderr;
}
