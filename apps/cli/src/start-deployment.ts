import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { encodePredictor, mapUnits } from '@switchyard/deployment';
import type { Status } from '@switchyard/protocol';
import { UserError } from '@switchyard/config';
import { componentEntry } from './components.ts';
import type { Plan, PlannedUnit } from './plan.ts';
import { Supervisor, type Notice } from './supervise/supervisor.ts';

export type StartOptions = {
  readonly storePath: string;
  /** For logs and the state of routers; made when it is not there. */
  readonly directory: string;
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** A file of credentials: all servers ask for them, and the router shows the first to its units. */
  readonly authFile?: string | undefined;
};

export type RunningDeployment = { readonly httpPort: number; readonly grpcPort: number; readonly supervisor: Supervisor };

/** Starts a runtime for each unit, all at once, then the router before them. */
export async function startDeployment(
  plan: Plan,
  options: StartOptions,
  onReady: (name: string, status: Status) => void,
  onNotice: (notice: Notice) => void,
): Promise<RunningDeployment> {
  const { deployment, predictor } = plan;
  mkdirSync(options.directory, { recursive: true });
  const supervisor = new Supervisor(onNotice);
  const log = (name: string): string => {
    const file = join(options.directory, `${name}.log`);
    writeFileSync(file, '');
    return file;
  };
  const identity = {
    SELDON_DEPLOYMENT_ID: deployment.name,
    PREDICTOR_ID: predictor.name,
    PREDICTOR_LABELS: JSON.stringify(predictor.labels),
    SWITCHYARD_HOST: options.host,
    SWITCHYARD_NAMESPACE: deployment.namespace ?? 'default', // as a cluster would have it: clients name it in their paths
    ...(options.authFile !== undefined && { SWITCHYARD_AUTH_FILE: options.authFile }),
  };
  const run = async (name: string, component: string, env: Record<string, string>): Promise<Status> => {
    const status = await supervisor.start({
      name,
      entry: componentEntry(component),
      args: [],
      env: { ...identity, ...env },
      log: log(name),
    });
    onReady(name, status);
    return status;
  };
  try {
    const statuses = await Promise.all(
      plan.units.map(
        async (each) => [each.unit.name, await run(each.unit.name, each.component, runtimeEnv(each, options.storePath))] as const,
      ),
    );
    const endpoints = new Map(
      statuses.map(([name, { httpPort, grpcPort }]) => [
        name,
        { host: options.host, ...(httpPort && { httpPort }), ...(grpcPort && { grpcPort }) },
      ]),
    );
    const graph = mapUnits(predictor.graph, (unit) => ({ ...unit, endpoint: { ...unit.endpoint, ...endpoints.get(unit.name) } }));
    const router = await run('ab-router', 'ab-router', {
      ENGINE_PREDICTOR: encodePredictor({ ...predictor, graph }),
      SWITCHYARD_STATE: join(options.directory, 'state'),
      ...(options.authFile !== undefined && { SWITCHYARD_UNIT_TOKEN_FILE: options.authFile }),
      SWITCHYARD_HTTP_PORT: String(options.httpPort),
      SWITCHYARD_GRPC_PORT: String(options.grpcPort),
    });
    return { httpPort: router.httpPort ?? options.httpPort, grpcPort: router.grpcPort ?? options.grpcPort, supervisor };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

function runtimeEnv({ unit, model }: PlannedUnit, storePath: string): Record<string, string> {
  return {
    ...unit.container?.env,
    SWITCHYARD_MODEL: model,
    SWITCHYARD_STORE: storePath,
    SWITCHYARD_HTTP_PORT: '0',
    SWITCHYARD_GRPC_PORT: '0',
    PREDICTIVE_UNIT_ID: unit.name,
    PREDICTIVE_UNIT_IMAGE: unit.container?.image ?? '',
    PREDICTIVE_UNIT_PARAMETERS: '',
  };
}

/**
 * A port to listen on: the wanted one, or any free one where it is taken and was not asked for by name.
 * @throws UserError where a port that was asked for is taken.
 */
export async function choosePort(host: string, wanted: number, asked: boolean, flag: string): Promise<number> {
  if (await isFree(host, wanted)) return wanted;
  if (asked) throw new UserError(`port ${wanted} on ${host} is taken; choose another with ${flag}, or leave it out to take any free one`);
  return 0;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
