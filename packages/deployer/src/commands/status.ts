import { UserError } from '@switchyard/config';
import { deploymentStatus, diagnose, type LiveObject, type Observation, observe, rolloutOf } from '../cluster/index.ts';
import { listRevisions } from './revisions.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';

const nameKey = 'seldon-deployment-id';

/** Says how one deployment does, or all of the namespace. */
export async function status(name: string | undefined, { cluster, terminal, ...session }: Session): Promise<void> {
  const namespace = session.namespace ?? cluster.namespace;
  const labels = `app.kubernetes.io/managed-by=switchyard,${name === undefined ? nameKey : `${nameKey}=${name}`}`;
  const workloads = await cluster.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, labels });
  if (workloads.length === 0)
    throw new UserError(
      name === undefined ? `no deployments in namespace ${namespace}` : `there is no deployment "${name}" in namespace ${namespace}`,
    );
  const rows: string[][] = [];
  const troubles: string[] = [];
  for (const [deployment, its] of Map.groupBy(workloads, (each) => each.metadata.labels?.[nameKey] ?? '')) {
    const observations = await look(its);
    const version = (await listRevisions(cluster, deployment, namespace)).findLast((each) => each.state !== 'failed')?.number;
    const { state, description, predictorStatus } = deploymentStatus(observations);
    terminal.event('status', { name: deployment, namespace, version, state, description, predictorStatus });
    for (const observation of observations) {
      const rollout = rolloutOf(observation);
      const part = (count: number): string => `${count}/${rollout.wanted}`;
      const cells = [
        part(rollout.available),
        part(rollout.updated),
        part(rollout.serving),
        age(observation.deployment.metadata.creationTimestamp),
      ];
      rows.push([deployment, version === undefined ? '-' : String(version), state, rollout.name, ...cells]);
      troubles.push(...diagnose(observation).map((each) => `${rollout.name}: ${each.message}`));
    }
  }
  terminal.line(table(['DEPLOYMENT', 'VERSION', 'STATE', 'PREDICTOR', 'AVAILABLE', 'UPDATED', 'SERVING', 'AGE'], rows));
  for (const each of troubles) terminal.line(`  ${each}`);

  async function look(deployments: readonly LiveObject[]): Promise<Observation[]> {
    const found = await Promise.all(deployments.map(({ metadata }) => observe(cluster, metadata.name, metadata.name, namespace)));
    return found.filter((each) => each !== undefined);
  }
}

/** How long ago, in the largest unit that fits: `5m`, `3d`. */
export function age(since: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
