import { ArtifactError, openStore } from '@switchyard/artifact';
import { boolean, integer, number, port, redact, runComponent, setting, type Settings, type Values } from '@switchyard/config';
import type { Description } from '@switchyard/protocol';
import * as z from 'zod';
import { collectGarbage, letHeapGrow } from './garbage.ts';
import { corsSettings, readCors } from './cors-settings.ts';
import { exposeGauges, type Gauges } from './gauges.ts';
import { readIdentity } from './identity.ts';
import { superviseMe } from './lifecycle.ts';
import { createLogger, logLevels, type Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { modelHolder, type ModelHolder } from './model-holder.ts';
import { exposeModelInfo } from './model-info.ts';
import { modelPredictor } from './model-predictor.ts';
import type { ModelLoader } from './model.ts';
import { readSecurity, securitySettings } from './security/settings.ts';
import { serve } from './serve.ts';
import { isReplacement, runWorkers, standsForWorkers } from './workers/run-workers.ts';
import { sharedRepository } from './workers/shared-repository.ts';
import { siblings } from './workers/siblings.ts';
import { telemetrySettings } from './telemetry/telemetry-settings.ts';
import { openTelemetry } from './telemetry/telemetry.ts';

export type RuntimeOptions<Own extends Settings> = {
  /** Formats of artifacts that the loader reads. */
  readonly formats: readonly string[];
  /** What metadata calls it, such as `tensorflow`. */
  readonly platform: string;
  /** What only this runtime can be told. */
  readonly settings?: Own;
  /** Called with them before anything listens. */
  prepare?(values: Values<Own>): Promise<unknown>;
  /** Errors of it that are the user's to mend: they end the process with their message alone. */
  readonly known?: readonly (new (...args: never[]) => Error)[];
  /** What its metrics have beside those of every runtime. */
  readonly gauges?: Gauges;
};

const hour = 3_600_000;

const settings = {
  model: setting(z.string().min(1), 'Name of the model to serve, as it is in the store.'),
  modelVersion: setting(
    z
      .string()
      .regex(/^(latest|[1-9][0-9]*)$/, 'neither "latest" nor a whole number from 1')
      .default('latest'),
    'Version to serve. A number pins it; latest follows what was published last, at every load.',
  ),
  store: setting(
    z.string().min(1).default('/data'),
    'Where the model artifacts are: a directory, s3://bucket/prefix or gs://bucket/prefix. It is only read.',
  ),
  host: setting(z.string().default('0.0.0.0'), 'Address to listen on. 127.0.0.1 keeps the server to this machine.'),
  httpPort: setting(port.default(9000), 'Port of REST. 0 takes any free one.', {
    env: ['PREDICTIVE_UNIT_HTTP_SERVICE_PORT', 'PREDICTIVE_UNIT_SERVICE_PORT'],
  }),
  grpcPort: setting(port.default(5000), 'Port of gRPC. 0 takes any free one.', { env: ['PREDICTIVE_UNIT_GRPC_SERVICE_PORT'] }),
  modelMetadata: setting(
    z.string().optional(),
    "What Seldon's metadata says of the model in place of the artifact: YAML or JSON of name, versions, platform, inputs, outputs, custom. " +
      'The Open Inference Protocol keeps to the artifact.',
    { env: ['MODEL_METADATA'] },
  ),
  includeMetricsInClientResponse: setting(
    boolean.default(true),
    'Whether clients get what the model reports, in meta.metrics; Prometheus has it in any case. Without it answers are shorter.',
    { env: ['INCLUDE_METRICS_IN_CLIENT_RESPONSE'] },
  ),
  logLevel: setting(z.enum(logLevels).default('info'), 'How much is logged: debug shows every refused request.'),
  drainMs: setting(
    integer.pipe(z.int().min(0).max(hour)).default(15_000),
    'The longest that a stop waits for requests under way, in milliseconds. Keep it below the grace period of whoever stops the process.',
  ),
  requestTimeoutMs: setting(
    number.pipe(z.number().positive().max(hour)).default(60_000),
    'The longest that a request may take, in milliseconds.',
  ),
  maxBodyMb: setting(number.pipe(z.number().positive()).default(64), 'Largest request in MiB.'),
  maxConcurrent: setting(
    integer.pipe(z.int().min(1)).default(1024),
    'Requests under way, beyond which more are refused with 429. More of them wait longer and hold more memory.',
  ),
  maxWaitMs: setting(
    number.pipe(z.number().positive().max(hour)).default(200),
    'The longest that a request may have to wait for those before it, in milliseconds at the pace of the last second, beyond which it is refused with ' +
      '429; a quarter of it where most of what comes is refused. 16 may be under way at any pace, then 8. More keeps more clients waiting before any is refused.',
  ),
  maxBatch: setting(
    integer.pipe(z.int().min(1).max(65_536)).default(64),
    'Rows of requests that come at the same time, answered by one call of a model that gains by it. 1 answers each request alone.',
  ),
  maxBatchDelayMs: setting(
    number.pipe(z.number().min(0).max(1000)).default(0),
    'The longest that a request waits for others to share a call, in milliseconds, and only while others come. More throughput, later answers.',
  ),
  maxBatchWaiting: setting(
    integer.pipe(z.int().min(1)).default(1024),
    'Requests that may wait for the call before theirs, beyond which more are refused with 429.',
  ),
  maxPendingMb: setting(
    number.pipe(z.number().positive()).default(256),
    'Bodies of requests under way, in MiB, beyond which more are refused with 429. A request that is alone is only held to --max-body-mb.',
  ),
  ...corsSettings,
  namespace: setting(z.string().optional(), 'Namespace of its deployment, as events of the request log and spans name it.'),
  ...telemetrySettings,
  ...securitySettings,
  workers: setting(
    integer.pipe(z.int().min(1).max(256)).default(1),
    'Processes that answer on the same ports, each with the whole model in its memory. More than cores gain nothing. ' +
      'What is held to a limit under load is divided among them.',
  ),
  reloadSeconds: setting(
    number.pipe(z.number().min(0).max(86_400)).default(0),
    'How often the store is asked for another version. 0 reloads only when told: by SIGHUP, or POST /v2/repository/models/<model>/load.',
  ),
};

/**
 * The whole main of a runtime: settings, log, artifact, server, signals. It listens at once and is not ready until a version is loaded;
 * a version that cannot be loaded leaves it running, not ready, with the reason, until told to try again; or until a store that was away answers.
 *
 * @example
 *     await runRuntime('rf-runtime', loadForestModel, { formats: ['switchyard-forest'], platform: 'switchyard-forest' });
 */
export async function runRuntime<Own extends Settings = Settings>(
  component: string,
  load: ModelLoader,
  options: RuntimeOptions<Own>,
): Promise<void> {
  const all: Settings = { ...settings, ...options.settings };
  const main = async (values: Values<typeof settings> & Values<Own>): Promise<void> => {
    const log = createLogger(component, values.logLevel);
    log.info({ settings: redact(all, values) }, 'starting');
    if (standsForWorkers(values.workers)) return runWorkers({ count: values.workers, drainMs: values.drainMs, log });
    await options.prepare?.(values);
    await start(component, load, options, values, log);
  };
  const usage = `${component}: serves a model by REST and gRPC.`;
  await runComponent(usage, all, main as (values: Values<Settings>) => Promise<void>, [ArtifactError, ...(options.known ?? [])]);
  if (siblings() && process.exitCode !== undefined) process.exit(); // its channel would keep a worker that failed to start
}

type What = Pick<RuntimeOptions<Settings>, 'formats' | 'platform' | 'gauges'>;

async function start(
  component: string,
  load: ModelLoader,
  { formats, platform, gauges = {} }: What,
  values: Values<typeof settings>,
  log: Logger,
) {
  const identity = readIdentity({ modelName: values.model, modelImage: `switchyard/${component}` });
  const metrics = createMetrics(identity);
  const { maxBatch: maxRows, maxBatchDelayMs: maxDelayMs, maxBatchWaiting: maxWaiting } = values;
  const holder = modelHolder({
    name: values.model,
    version: values.modelVersion,
    store: openStore(values.store),
    load,
    formats,
    log,
    batching: { maxRows, maxDelayMs, maxWaiting },
    onBatch: (version) => metrics.inferences(values.model, version).called,
  });
  exposeModelInfo(metrics.registry, holder);
  exposeGauges(metrics.registry, gauges);
  const described = await describedBy(values.modelMetadata);
  const predictor = modelPredictor(holder, { unit: identity.modelName, image: identity.modelImage, platform, described });
  const { host, httpPort, grpcPort, drainMs, requestTimeoutMs, maxConcurrent } = values;
  const others = siblings();
  const late = isReplacement();
  if (late) await loadFirst(holder); // its siblings answer until then
  const server = await serve(predictor, {
    kind: 'model',
    host,
    httpPort,
    grpcPort,
    drainMs,
    requestTimeoutMs,
    maxConcurrent: Math.ceil(maxConcurrent / values.workers),
    maxWaitMs: values.maxWaitMs,
    identity,
    metrics,
    log,
    maxBodyBytes: values.maxBodyMb * 1024 ** 2,
    maxPendingBytes: (values.maxPendingMb * 1024 ** 2) / values.workers,
    cors: readCors(values),
    showMetrics: values.includeMetricsInClientResponse,
    ...readSecurity(values, log),
    repository: others ? sharedRepository(holder.repository, others) : holder.repository,
    siblings: others,
    telemetry: await openTelemetry({ identity, namespace: values.namespace, httpPort, metrics, log, values }),
  });
  const report = superviseMe({ server, log, version: holder.version, stop: () => holder.unload(), siblings: others });
  process.on('SIGHUP', () => void attempt(holder.load()));
  if (!late) await loadFirst(holder);
  letHeapGrow();
  collectGarbage();
  report();
  keepFresh(holder, values.reloadSeconds);
}

/** Few describe a model, and who does not shall not load what reads it. */
async function describedBy(text: string | undefined): Promise<Description | undefined> {
  return text === undefined ? undefined : (await import('./model-description.ts')).readDescription(text);
}

/** A store that does not answer may yet do so, and nobody would tell a pod to try again: it does, after 2 s, doubled up to a minute. */
async function loadFirst(holder: ModelHolder, seconds = 2): Promise<void> {
  const away = await holder.load().then(
    () => false,
    (error: unknown) => error instanceof ArtifactError && error.code === 'UNAVAILABLE',
  );
  if (!away) return;
  const again = (): void => void (holder.version() === undefined && loadFirst(holder, Math.min(seconds * 2, 60)));
  setTimeout(again, seconds * 1000).unref();
}

function keepFresh(holder: ModelHolder, seconds: number): void {
  if (seconds === 0) return;
  const again = (): void => void setTimeout(() => void attempt(holder.refresh()).then(again), seconds * 1000).unref();
  again();
}

/** The holder logs a failed load and states it as the reason of not being ready: that is all there is to do. */
const attempt = (load: Promise<void>): Promise<void> => load.catch(() => {});
