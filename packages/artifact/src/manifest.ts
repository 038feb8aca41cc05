import * as z from 'zod';
import { isDatatype, type Datatype } from '@switchyard/protocol';
import { filePathRule, isFilePath } from './file-path.ts';
import { namePattern, nameRule, versionPattern, versionRule } from './reference.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'not the 64 hexadecimal digits of a sha256');

const floats: readonly Datatype[] = ['FP32', 'FP64'];

const tensorSpec = z.strictObject({
  name: z.string().min(1),
  datatype: z.custom<Datatype>(isDatatype, 'not a datatype of the Open Inference Protocol'),
  shape: z.array(z.int().min(-1)),
  range: z.exactOptional(
    z.strictObject({ min: z.number(), max: z.number() }).refine(({ min, max }) => min <= max, 'the minimum is above the maximum'),
  ),
  missing: z.exactOptional(z.literal(true)),
  columns: z.exactOptional(z.array(z.string())),
});

const numbers = z.union([z.number(), z.array(z.number())], 'neither a number nor a list with one number a feature');

/**
 * From what a client sends to what the model was trained on: `model = client × scale + offset`, for each feature.
 * Both are one number for all, or one a feature. Clients never do this: the runtime does, by this statement.
 */
const scaling = z.strictObject({ scale: numbers, offset: numbers });

const fields = z.strictObject({
  schema: z.literal('switchyard.artifact/v1'),
  name: z.string().regex(namePattern, nameRule),
  version: z.string().regex(versionPattern, versionRule),
  /** How the files are to be read: `switchyard-forest`, `tfjs-layers`. A runtime refuses a format that is not its own. */
  format: z.string().min(1),
  signature: z.strictObject({ inputs: z.array(tensorSpec).min(1), outputs: z.array(tensorSpec).min(1) }),
  scaling: z.exactOptional(scaling),
  classNames: z.exactOptional(z.array(z.string())),
  /** Figures of the finished model, such as `accuracy`. */
  metrics: z.record(z.string(), z.number()),
  hyperparameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], 'neither text nor number nor true or false')),
  seed: z.int().min(0),
  dataset: z.strictObject({ name: z.string(), digest, rows: z.int().min(0) }),
  /** Who made it: component and version, such as `rf-trainer@0.1.0`. */
  producer: z.string(),
  created: z.iso.datetime(),
  /** Path in the artifact, with `/` → size and sha256. `model.json` itself is not among them. */
  files: z
    .record(z.string().refine(isFilePath, filePathRule), z.strictObject({ bytes: z.int().min(0), sha256: digest }))
    .refine((files) => Object.keys(files).length > 0, 'an artifact has at least one file'),
});

/** `model.json`, the manifest of an artifact: all that a runtime must know to serve it right. */
export const manifestSchema = fields.superRefine(({ signature, scaling }, context) => {
  const report = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
  for (const side of ['inputs', 'outputs'] as const) {
    const names = signature[side].map(({ name }) => name);
    for (const [at, { name, columns, shape, missing, datatype }] of signature[side].entries()) {
      if (names.indexOf(name) < at) report(['signature', side, at, 'name'], `"${name}" is there twice`);
      const mismatch = columns && lengthProblem(columns.length, shape);
      if (mismatch) report(['signature', side, at, 'columns'], mismatch);
      if (missing && (side === 'outputs' || !floats.includes(datatype)))
        report(['signature', side, at, 'missing'], `only inputs of ${floats.join(' or ')} can have missing values`);
    }
  }
  for (const part of ['scale', 'offset'] as const) {
    const values = scaling?.[part];
    const input = signature.inputs[0]; // absent where that was found already: this runs beside the other checks
    const mismatch = Array.isArray(values) && input && lengthProblem(values.length, input.shape);
    if (mismatch) report(['scaling', part], mismatch);
  }
});

/** What is one a column must be as many as the last dimension says, where it says. */
function lengthProblem(length: number, shape: readonly number[]): string | undefined {
  const columns = shape.at(-1) ?? 1;
  return columns < 0 || columns === length ? undefined : `${length} entries for the ${columns} columns of shape [${shape.join(', ')}]`;
}

type Immutable<T> = T extends readonly (infer U)[]
  ? readonly Immutable<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Immutable<T[K]> }
    : T;

export type Manifest = Immutable<z.infer<typeof manifestSchema>>;
export type Scaling = NonNullable<Manifest['scaling']>;

/** What a trainer states; the store adds the rest when it publishes. */
export type Draft = Omit<Manifest, 'schema' | 'name' | 'version' | 'created' | 'files' | 'scaling' | 'classNames'> & {
  readonly scaling?: Scaling | undefined;
  readonly classNames?: readonly string[] | undefined;
};
