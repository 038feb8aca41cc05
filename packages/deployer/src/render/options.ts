import { builtins, type Builtin } from '@switchyard/deployment';
import * as z from 'zod';
import { requestLogOptions } from './request-log-options.ts';
import { secretKey } from './secret-key.ts';
import { securityOptions } from './security-options.ts';

const text = z.string().min(1);
const label = z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a name of lower-case letters, digits and "-", at most 63 long');
const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String));
const resources = z.strictObject({ requests: quantities.default({}), limits: quantities.default({}) });

/** One row of the table from images of manifests to our components; it comes before the rows that are built in. */
const imageRule = z.strictObject({
  repository: text.describe("The end of an image's path, without registry and tag."),
  component: text.describe('The component that does its work: tf-runtime, rf-runtime, ab-router.'),
  model: text.optional().describe('The model that it serves where the manifest names none.'),
  builtin: z
    .enum(Object.keys(builtins) as Builtin[])
    .optional()
    .describe('The router does its work itself.'),
});

const ownerReference = z.strictObject({
  apiVersion: text,
  kind: text,
  name: text,
  uid: text,
  controller: z.boolean().optional(),
  blockOwnerDeletion: z.boolean().optional(),
});

/**
 * How deployments are rendered: the same fields in a YAML file, in a chart's values and behind flags. All have defaults.
 *
 * @example
 *     renderOptions.parse({ registry: 'ghcr.io/acme', routes: 'none' })
 */
export const renderOptions = z.strictObject({
  namespace: label.default('default').describe('Where deployments go that name no namespace of their own.'),
  registry: z.string().default('').describe('The registry of our images, with its path: ghcr.io/acme. Empty leaves their names bare.'),
  tag: text.default('0.1.0').describe('The tag of our images where the manifest has none of ours.'),
  componentImages: z.record(z.string(), text).default({}).describe('Whole images by component, in place of registry and tag.'),
  images: z.array(imageRule).default([]).describe('From images of manifests to our components.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe("Where the manifest names none. Kubernetes' own, unless given."),
  imagePullSecrets: z.array(text).default([]).describe('Secrets of registries, added to those of the manifest.'),

  routes: z
    .enum(['gateway', 'emissary', 'none'])
    .default('gateway')
    .describe('How requests come in from outside: Gateway API routes, Emissary Mappings, or by nothing but Services.'),
  shortPath: z
    .boolean()
    .default(true)
    .describe(
      'Also route /seldon/<name>/ without the namespace. Turn it off where several namespaces share a gateway: names must be unique then.',
    ),
  gateway: z
    .strictObject({
      name: label.default('switchyard'),
      namespace: label.optional().describe("The deployment's own, unless given."),
      httpSection: label.optional().describe('The listener of HTTPRoutes. All listeners, unless given.'),
      grpcSection: label
        .optional()
        .describe(
          'The listener of GRPCRoutes. All, unless given; a gateway may refuse them on one that HTTPRoutes of the same host hang on.',
        ),
      hostnames: z.array(text).default([]).describe('Host names that the routes are for. All, unless given.'),
    })
    .prefault({}),
  emissary: z
    .strictObject({
      apiVersion: text.default('getambassador.io/v3alpha1'),
      hostname: text.default('*'),
      ambassadorId: z.array(text).default([]),
    })
    .prefault({}),
  requestTimeoutSeconds: z
    .int()
    .min(1)
    .default(65)
    .describe(
      "The longest that a gateway waits for an answer. A little more than the router's own 60 s, so that the router's error arrives.",
    ),

  resources: z
    .strictObject({
      router: resources.prefault({ requests: { cpu: '100m', memory: '96Mi' }, limits: { memory: '512Mi' } }),
      runtime: resources.prefault({ requests: { cpu: '100m', memory: '192Mi' }, limits: { memory: '1Gi' } }),
      foreign: resources.prefault({ requests: { cpu: '100m', memory: '256Mi' } }),
    })
    .prefault({})
    .describe(
      'Of the router, of our runtimes and of images of others, where the manifest says nothing. The last have no limit unless given: what they need is not known.',
    ),
  progressDeadlineSeconds: z
    .int()
    .min(1)
    .default(600)
    .describe('How long a rollout may make no progress, where the manifest says nothing.'),

  storePath: z
    .string()
    .startsWith('/')
    .default('/data')
    .describe('Where runtimes look for models unless their manifest mounts one volume elsewhere.'),
  state: z
    .union([z.string().regex(/^(rediss?:\/\/.+|\/.+)$/, 'neither redis://… nor a directory that begins with "/"'), secretKey])
    .optional()
    .describe(
      'Where bandits keep what they learn: redis://…, a secret that holds such an address, or a directory. In memory, unless given.',
    ),
  stateVolume: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('The volume source of that directory: { persistentVolumeClaim: { claimName } }. One that dies with its pod, unless given.'),

  security: securityOptions.prefault({}),
  requestLog: requestLogOptions.prefault({}),

  owner: ownerReference.optional().describe('The object whose deletion takes all along: the SeldonDeployment, given by the controller.'),
});

export type RenderOptions = z.infer<typeof renderOptions>;
export type RenderOptionsInput = z.input<typeof renderOptions>;
