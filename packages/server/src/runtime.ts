import { ArtifactError, openStore } from '@switchyard/artifact';
import { integer, number, port, redact, runComponent, setting, type Values } from '@switchyard/config';
import { z } from 'zod';
import { corsSettings, readCors } from './cors-settings.ts';
import { readIdentity } from './identity.ts';
import { superviseMe } from './lifecycle.ts';
import { createLogger, logLevels } from './log.ts';
import { createMetrics } from './metrics.ts';
import { modelHolder, type ModelHolder } from './model-holder.ts';
import { modelPredictor } from './model-predictor.ts';
import type { ModelLoader } from './model.ts';
import { serve } from './serve.ts';

export type RuntimeOptions = {
  /** Formats of artifacts that the loader reads. */
  readonly formats: readonly string[];
  /** What metadata calls it, such as `tensorflow`. */
  readonly platform: string;
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
export async function runRuntime(component: string, load: ModelLoader, options: RuntimeOptions): Promise<void> {
  await runComponent(`${component}: serves a model by REST and gRPC.`, settings, (values) => start(component, load, options, values), [
    ArtifactError,
  ]);
}

async function start(component: string, load: ModelLoader, { formats, platform }: RuntimeOptions, values: Values<typeof settings>) {
  const log = createLogger(component, values.logLevel);
  log.info({ settings: redact(settings, values) }, 'starting');
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
    batching: { maxRows, maxDelayMs, maxWaiting, onBatch: metrics.observeBatch },
  });
  const predictor = modelPredictor(holder, { unit: identity.modelName, image: identity.modelImage, platform });
  const { host, httpPort, grpcPort, drainMs, requestTimeoutMs, maxConcurrent } = values;
  const server = await serve(predictor, {
    kind: 'model',
    host,
    httpPort,
    grpcPort,
    drainMs,
    requestTimeoutMs,
    maxConcurrent,
    identity,
    metrics,
    log,
    maxBodyBytes: values.maxBodyMb * 1024 ** 2,
    maxPendingBytes: values.maxPendingMb * 1024 ** 2,
    cors: readCors(values),
    repository: holder.repository,
  });
  superviseMe({ server, log, version: holder.version, stop: () => holder.unload() });
  process.on('SIGHUP', () => void attempt(holder.load()));
  await loadFirst(holder);
  keepFresh(holder, values.reloadSeconds);
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
