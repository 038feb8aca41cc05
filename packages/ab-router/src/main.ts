import { redact, runComponent } from '@switchyard/config';
import { DeploymentError } from '@switchyard/deployment';
import {
  createLogger,
  createMetrics,
  letHeapGrow,
  openTelemetry,
  readCors,
  readIdentity,
  readSecurity,
  serve,
  superviseMe,
} from '@switchyard/server';
import { graphPredictor, versionOf } from './graph-predictor.ts';
import { readPredictor } from './read-predictor.ts';
import { type RouterSettings, settings } from './settings.ts';
import { StateError } from './state/arm-state.ts';
import { shownState } from './state/open-state.ts';
import { readUnitAccess } from './unit-access.ts';

async function main(values: RouterSettings): Promise<void> {
  const log = createLogger('ab-router', values.logLevel);
  const shown = values.state === undefined ? {} : { state: shownState(values.state) };
  log.info({ settings: { ...redact(settings, values), ...shown } }, 'starting');
  const { predictor, name, namespace } = readPredictor(values);
  const identity = readIdentity({ deploymentName: name, predictorName: predictor.name, predictorVersion: versionOf(predictor) });
  const metrics = createMetrics(identity);
  const maxBodyBytes = values.maxBodyMb * 1024 ** 2;
  const { host, httpPort, grpcPort, drainMs, requestTimeoutMs, maxConcurrent, maxConnections, seed } = values;
  const telemetry = await openTelemetry({ identity, namespace, httpPort, metrics, log, values });
  const graph = await graphPredictor(predictor, {
    name,
    metrics,
    maxBodyBytes,
    maxConnections,
    timeoutMs: values.unitTimeoutMs,
    failover: values.failover,
    log,
    stateTimeoutMs: values.stateTimeoutMs,
    mostWaiting: Math.min(10_000, Math.ceil(maxConcurrent / 2)), // half is left to predictions, which do not wait for Redis
    telemetry,
    access: readUnitAccess(values, log),
    ...(values.unitLogUrl !== undefined && { unitLogUrl: values.unitLogUrl }),
    ...(namespace !== undefined && { namespace }),
    ...(values.state !== undefined && { state: values.state }),
    ...(values.statePassword !== undefined && { statePassword: values.statePassword }),
    ...(seed !== undefined && { seed }),
  });
  const prefixes = [`/seldon/${name}`, ...(namespace === undefined ? [] : [`/seldon/${namespace}/${name}`])];
  const server = await serve(graph, {
    kind: 'router',
    host,
    httpPort,
    grpcPort,
    identity,
    metrics,
    prefixes,
    ...(namespace !== undefined && { namespace }),
    maxBodyBytes,
    maxPendingBytes: values.maxPendingMb * 1024 ** 2,
    cors: readCors(values),
    ...readSecurity(values, log),
    maxConcurrent,
    requestTimeoutMs,
    drainMs,
    log,
    telemetry,
  });
  letHeapGrow();
  superviseMe({ server, log, stop: () => graph.close() });
}

await runComponent("ab-router: runs a deployment's inference graph before its models.", settings, main, [DeploymentError, StateError]);
