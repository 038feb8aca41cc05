import { integer, number, port, setting, type Values } from '@switchyard/config';
import { corsSettings, logLevels, securitySettings, sinkAddress, telemetrySettings } from '@switchyard/server';
import * as z from 'zod';
import { unitAccessSettings } from './unit-access.ts';

const positive = (schema: z.ZodType<number>, fallback: number) => schema.pipe(z.number().positive()).default(fallback);

export const settings = {
  enginePredictor: setting(z.string().optional(), 'The predictor to run: base64 of its JSON, as Seldon Core hands it to its engine.', {
    env: ['ENGINE_PREDICTOR'],
  }),
  deployment: setting(z.string().optional(), 'File of a SeldonDeployment to run instead.'),
  predictor: setting(z.string().optional(), 'Which of its predictors, by name. The first that is no shadow, unless given.'),
  name: setting(z.string().optional(), "The deployment's name, a part of the paths that clients call. The file's own, unless given.", {
    env: ['SELDON_DEPLOYMENT_ID'],
  }),
  namespace: setting(z.string().optional(), 'The namespace, another part of those paths.'),
  host: setting(z.string().default('0.0.0.0'), 'Address to listen on. 127.0.0.1 keeps the server to this machine.'),
  httpPort: setting(port.default(8000), 'Port of REST. 0 takes any free one.', { env: ['ENGINE_SERVER_PORT'] }),
  grpcPort: setting(port.default(5001), 'Port of gRPC. 0 takes any free one.', { env: ['ENGINE_SERVER_GRPC_PORT'] }),
  state: setting(
    z.string().optional(),
    'Where bandits keep what they learn: a directory, of one process alone; or redis://[user[:password]@]host[:port][/database], rediss:// ' +
      'for TLS, in which any number of replicas learn together. Without it they begin anew with every start.',
  ),
  statePassword: setting(z.string().optional(), 'Password of that Redis, so that it need not stand in the address.', { secret: true }),
  stateTimeoutMs: setting(
    positive(number, 10_000),
    'The longest that feedback waits for Redis while it is away, in milliseconds; after that it is refused. Longer spares clients the ' +
      'repetition, and holds their requests.',
  ),
  seed: setting(integer.optional(), 'Seed of the routers, to have the same choices again. At random, unless given.'),
  unitTimeoutMs: setting(positive(number, 30_000), 'The longest that one unit of the graph may take to answer, in milliseconds.'),
  failover: setting(
    z.enum(['any', 'unsent', 'off']).default('any'),
    'Which requests go to another arm when the one that an A-B test or a bandit drew does not answer: any of them; unsent, only those that ' +
      'the arm cannot have begun to work on, for models whose predictions have effects or are dear; off, none, and dead arms stay in the draws.',
  ),
  maxConnections: setting(
    integer.pipe(z.int().min(1)).default(64),
    'Connections to one unit over REST. More calls than that wait here for a free one.',
  ),
  requestTimeoutMs: setting(positive(number, 60_000), 'The longest that a request may take on its whole way, in milliseconds.'),
  maxBodyMb: setting(positive(number, 64), 'Largest request, and largest answer of a unit, in MiB.'),
  maxConcurrent: setting(
    integer.pipe(z.int().min(1)).default(1024),
    'Requests under way, beyond which more are refused with 429. More of them wait longer and hold more memory.',
  ),
  maxPendingMb: setting(
    positive(number, 256),
    'Bodies of requests under way, in MiB, beyond which more are refused with 429. A request that is alone is only held to --max-body-mb.',
  ),
  ...corsSettings,
  ...telemetrySettings,
  ...securitySettings,
  ...unitAccessSettings,
  unitLogUrl: setting(sinkAddress.optional(), 'Where units are logged whose `logger` in the manifest names no url.', {
    env: ['REQUEST_LOGGER_DEFAULT_ENDPOINT'],
  }),
  drainMs: setting(
    integer.pipe(z.int().min(0)).default(15_000),
    'The longest that a stop waits for requests under way, in milliseconds. Keep it below the grace period of whoever stops the process.',
  ),
  logLevel: setting(z.enum(logLevels).default('info'), 'How much is logged: debug shows every refused request.'),
};

export type RouterSettings = Values<typeof settings>;
