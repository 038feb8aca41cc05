import * as z from 'zod';
import { modelServers, builtins, loggerModes, unitMethods, unitTypes, type Implementation } from './graph-unit.ts';

/** What a value is, for a message: `3`, `"x"`, `a list`, `missing`. */
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value);
}

/** zod's own words are about types; these are about manifests: what is wanted, and what was there. */
const wants = (what: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined ? `is missing; it must be ${what}` : `is ${shown(issue.input)}; it must be ${what}`,
});

const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values, wants(`one of ${values.join(', ')}`));
const text = z.string(wants('a string'));
const filled = text.min(1, { error: 'is empty' });
const whole = z.int(wants('a whole number')).min(0, wants('0 or more'));
const port = z.int(wants('a port, 0..65535')).min(0, wants('a port, 0..65535')).max(65535, wants('a port, 0..65535'));
const scalar = z.union([z.string(), z.number(), z.boolean()], wants('a string, number or boolean'));
/** Labels, annotations: YAML's bare numbers and booleans are meant as strings. */
const strings = z.record(z.string(), scalar.transform(String), wants('an object of strings'));
const list = <T>(item: z.ZodType<T>) => z.array(item, wants('a list'));
const object = <T extends z.core.$ZodLooseShape>(shape: T) => z.looseObject(shape, wants('an object'));

/** The name of a Kubernetes object (RFC 1123 label). */
const label = text
  .max(63, { error: (issue) => `is ${String(issue.input).length} characters long; the limit is 63` })
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
    error: (issue) => `is ${shown(issue.input)}; a name is lower-case letters, digits and "-", and begins and ends with a letter or digit`,
  });

export const metadataSchema = object({
  name: label,
  namespace: label.optional(),
  labels: strings.default({}),
  annotations: strings.default({}),
});

export const parameterSchema = object({
  name: filled,
  value: scalar,
  type: oneOf(['INT', 'FLOAT', 'DOUBLE', 'STRING', 'BOOL']).optional(),
});
export type RawParameter = z.infer<typeof parameterSchema>;

const endpointSchema = object({
  type: oneOf(['REST', 'GRPC']).optional(),
  service_host: text.optional(),
  serviceHost: text.optional(),
  service_port: port.optional(),
  servicePort: port.optional(),
  httpPort: port.optional(),
  grpcPort: port.optional(),
});
export type RawEndpoint = z.infer<typeof endpointSchema>;

const implementations = [...Object.keys(builtins), ...modelServers, 'UNKNOWN_IMPLEMENTATION'] as (
  | Implementation
  | 'UNKNOWN_IMPLEMENTATION'
)[];

const loggerSchema = object({
  mode: oneOf(loggerModes).default('all'),
  url: text
    .regex(/^https?:\/\/[^\s@]+$/, { error: (issue) => `is ${shown(issue.input)}; it must be http://… or https://…, without a user` })
    .optional(),
});

/** A unit without its children and parameters, which are read one by one. */
export const unitSchema = object({
  name: filled,
  type: oneOf(unitTypes).optional(),
  implementation: oneOf(implementations).optional(),
  methods: list(oneOf(unitMethods)).default([]),
  endpoint: endpointSchema.default({}),
  modelUri: text.optional(),
  envSecretRefName: text.optional(),
  logger: loggerSchema.optional(),
  children: list(z.unknown()).default([]),
  parameters: list(z.unknown()).default([]),
});
export const unitFields = [...Object.keys(unitSchema.shape), 'serviceAccountName', 'storageInitializerImage'];

const envSchema = object({ name: filled, value: scalar.transform(String).optional() });
const mountSchema = object({ name: filled, mountPath: filled });

export const containerSchema = object({
  name: label,
  image: filled,
  env: list(envSchema).default([]),
  volumeMounts: list(mountSchema).default([]),
});

/** v1alpha1 is Protocol Buffers' JSON of Kubernetes' own proto, in which a volume's source is a member of its own. */
export const volumeSchema = object({ name: filled, volumeSource: object({}).optional() });

/** A pod's template. v1alpha1 has one, later versions a list. */
export const podSchema = object({
  metadata: object({ labels: strings.default({}), annotations: strings.default({}) }).default({ labels: {}, annotations: {} }),
  spec: object({ containers: list(z.unknown()).default([]), volumes: list(volumeSchema).default([]) }).default({
    containers: [],
    volumes: [],
  }),
});

/** The router's container, in which the graph runs. */
const orchestratorSchema = object({ env: list(object({ name: filled })).default([]), resources: object({}).optional() });

export const predictorSchema = object({
  name: filled,
  replicas: whole.optional(),
  traffic: z.int(wants('a whole percentage, 0..100')).min(0, wants('0..100')).max(100, wants('0..100')).optional(),
  shadow: z.boolean(wants('true or false')).default(false),
  annotations: strings.default({}),
  labels: strings.default({}),
  componentSpec: podSchema.optional(),
  componentSpecs: list(podSchema).default([]),
  svcOrchSpec: orchestratorSchema.optional(),
  engineResources: object({}).optional(),
  progressDeadlineSeconds: whole.optional(),
  graph: object({}),
});
export const predictorFields = [...Object.keys(predictorSchema.shape), 'explainer', 'ssl'];

export const specSchema = object({
  replicas: whole.optional(),
  annotations: strings.default({}),
  protocol: oneOf(['seldon', 'tensorflow', 'kfserving', 'v2']).default('seldon'),
  transport: oneOf(['rest', 'grpc']).default('rest'),
  predictors: list(z.unknown()).min(1, { error: 'is empty; a deployment has at least one predictor' }),
});
export const specFields = [...Object.keys(specSchema.shape), 'name', 'oauth_key', 'oauth_secret', 'oauthKey', 'oauthSecret', 'serverType'];
