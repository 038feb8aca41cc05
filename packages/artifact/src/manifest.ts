import { z } from 'zod';
import { isDatatype, type Datatype } from '@switchyard/protocol';

const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/, 'a name is 1–63 of a–z, 0–9, ".", "_", "-", and starts and ends with a letter or digit');

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'not the 64 hexadecimal digits of a sha256');

const tensorSpec = z.strictObject({
  name: z.string().min(1),
  datatype: z.custom<Datatype>(isDatatype, 'not a datatype of the Open Inference Protocol'),
  shape: z.array(z.int().min(-1)),
  range: z.strictObject({ min: z.number(), max: z.number() }).optional(),
  columns: z.array(z.string()).optional(),
});

/**
 * From what a client sends to what the model was trained on: `model = client × scale + offset`, for each feature.
 * Both are one number for all, or one a feature. Clients never do this: the runtime does, by this statement.
 */
const scaling = z.strictObject({
  scale: z.union([z.number(), z.array(z.number())]),
  offset: z.union([z.number(), z.array(z.number())]),
});

/** `model.json`, the manifest of an artifact: all that a runtime must know to serve it right. */
export const manifestSchema = z.strictObject({
  schema: z.literal('switchyard.artifact/v1'),
  name,
  version: z.string().regex(/^[1-9][0-9]*$/, 'a version is a whole number from 1'),
  /** How the files are to be read: `switchyard-forest`, `tfjs-layers`. A runtime refuses a format that is not its own. */
  format: z.string().min(1),
  signature: z.strictObject({ inputs: z.array(tensorSpec).min(1), outputs: z.array(tensorSpec).min(1) }),
  scaling: scaling.optional(),
  classNames: z.array(z.string()).optional(),
  /** Figures of the finished model, such as `accuracy`. */
  metrics: z.record(z.string(), z.number()),
  hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  seed: z.int().min(0),
  dataset: z.strictObject({ name: z.string(), digest, rows: z.int().min(0) }),
  /** Who made it: component and version, such as `rf-trainer@0.1.0`. */
  producer: z.string(),
  created: z.iso.datetime(),
  /** Path in the artifact, with `/` → size and sha256. `model.json` itself is not among them. */
  files: z.record(z.string(), z.strictObject({ bytes: z.int().min(0), sha256: digest })),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Scaling = NonNullable<Manifest['scaling']>;

/** What a trainer states; the store adds the rest when it publishes. */
export type Draft = Omit<Manifest, 'schema' | 'name' | 'version' | 'created' | 'files'>;
