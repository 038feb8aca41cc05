import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { Artifact } from '@switchyard/artifact';
import { UserError, type Values } from '@switchyard/config';
import type { Signature, TensorSpec } from '@switchyard/protocol';
import type { ModelFiles } from '@switchyard/tensorflow';
import { outputSpec, publishModel, type TrainedModel } from '@switchyard/training';
import type { importSettings } from './import-settings.ts';
import { readForeign } from './read-foreign.ts';

type ImportValues = Values<typeof importSettings>;

/** Publishes a model that was made elsewhere, so that tf-runtime serves it. @throws UserError @throws TensorFlowError @throws ArtifactError */
export async function importModel(values: ImportValues, producer: string): Promise<Artifact> {
  const { format, files, signature } = await readForeign(values.from, values.signature);
  return publishModel({
    store: values.store,
    name: values.name,
    format,
    files,
    ...contract(signature, values),
    hyperparameters: { origin: format, ...(format === 'tf-saved-model' && { signature: values.signature }) },
    seed: 0,
    // the rows that it was trained on are not known: what is, are the files
    dataset: {
      name: basename(resolve(values.from)),
      digest: digestOf(files),
      rows: 0,
      ...(values.classNames && { classNames: values.classNames }),
    },
    producer,
  });
}

function digestOf(files: ModelFiles): string {
  const hash = createHash('sha256');
  for (const path of Object.keys(files).toSorted()) hash.update(`${path}\n`).update(files[path] as Uint8Array);
  return hash.digest('hex');
}

/** What clients send and get: what the model says of itself, and what only the user knows of it. */
function contract(
  { inputs, outputs }: Signature,
  { classNames, columnNames, range, missing, scale, offset }: ImportValues,
): Pick<TrainedModel, 'signature' | 'scaling'> {
  for (const { name, shape } of [...inputs, ...outputs])
    if (shape[0] !== -1)
      throw new UserError(
        `tensor "${name}" is [${shape.join(', ')}]; its first dimension must be of any size, as it is the rows of a batch`,
      );
  const scaled = scale !== 1 || offset !== 0;
  if (inputs.length !== 1 && (columnNames || range || missing === 'accept' || scaled))
    throw new UserError(`the model has ${inputs.length} inputs; names of columns, a range, NaN and a scale are for models that have one`);
  const width = inputs[0]?.shape.at(-1);
  if (columnNames && columnNames.length !== width)
    throw new UserError(`${columnNames.length} column names, but the model has ${width} columns`);
  const own = {
    ...(range && { range }),
    ...(missing === 'accept' && { missing: true as const }),
    ...(columnNames && { columns: columnNames }),
  };
  return {
    signature: { inputs: inputs.map((spec) => ({ ...spec, ...own })), outputs: named(outputs, classNames) },
    ...(scaled && { scaling: { scale, offset } }),
  };
}

/** The outputs, and names of classes on the one that has a column for each. */
function named(outputs: readonly TensorSpec[], classNames: readonly string[] | undefined): TensorSpec[] {
  if (!classNames) return [...outputs];
  const fits = outputs.filter(({ shape }) => shape.length === 2 && shape[1] === classNames.length);
  if (fits.length !== 1) {
    const found = outputs.map(({ name, shape }) => `"${name}" [${shape.join(', ')}]`).join(', ');
    throw new UserError(`${classNames.length} class names are for one output with so many columns, but the outputs are ${found}`);
  }
  const { columns } = outputSpec(classNames);
  return outputs.map((spec) => (spec === fits[0] && columns ? { ...spec, columns } : spec));
}
