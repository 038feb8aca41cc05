import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Artifact } from '@switchyard/artifact';
import { UserError, type Values } from '@switchyard/config';
import { encodeForest, ForestError, type Forest } from '@switchyard/forest';
import { outputSpec, publishModel, type TrainedModel } from '@switchyard/training';
import type { importSettings } from './import-settings.ts';
import { readForeign, type Foreign } from './read-foreign.ts';

type ImportValues = Values<typeof importSettings>;

/** Publishes a model that was trained elsewhere, so that rf-runtime serves it. @throws UserError @throws ArtifactError */
export async function importForest(values: ImportValues, producer: string): Promise<Artifact> {
  const bytes = await readFile(values.file).catch((error: Error) => {
    throw new UserError(`cannot read the model: ${error.message}`, { cause: error });
  });
  const { forest, classNames: found, origin } = read(bytes, values);
  const classNames = forest.task === 'classification' ? namesOf(forest, values.classNames ?? found) : undefined;
  return publishModel({
    store: values.store,
    name: values.name,
    format: 'switchyard-forest',
    files: { 'forest.bin': encodeForest(forest) },
    ...contract(forest, classNames, values),
    hyperparameters: { origin, nEstimators: forest.trees.length },
    seed: 0,
    // the rows that it was trained on are not known: what is, is the file
    dataset: {
      name: basename(values.file),
      digest: createHash('sha256').update(bytes).digest('hex'),
      rows: 0,
      ...(classNames && { classNames }),
    },
    producer,
  });
}

function read(bytes: Uint8Array, { file, columns }: ImportValues): Foreign {
  try {
    return readForeign(bytes, columns);
  } catch (error) {
    if (error instanceof ForestError) throw new UserError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

function namesOf(
  { classes }: Forest,
  names = Array.from({ length: classes }, (_, index) => String(index)) as readonly string[],
): readonly string[] {
  if (names.length !== classes) throw new UserError(`${names.length} class names, but the model has ${classes} classes`);
  return names;
}

/** A model that rounds its input to float32 takes float32; another takes doubles, whose thresholds are exact. */
function contract(
  forest: Forest,
  classNames: readonly string[] | undefined,
  { columnNames, missing, range, scale, offset }: ImportValues,
): Pick<TrainedModel, 'signature' | 'scaling'> {
  if (columnNames && columnNames.length !== forest.columns)
    throw new UserError(`${columnNames.length} column names, but the model has ${forest.columns} columns`);
  const input = {
    name: 'x',
    datatype: forest.float32 || forest.bytes ? ('FP32' as const) : ('FP64' as const),
    shape: [-1, forest.columns],
    ...(range && { range }),
    ...(columnNames && { columns: columnNames }),
    ...(missing === 'accept' && { missing: true as const }),
  };
  const values = { name: 'value', datatype: 'FP64' as const, shape: [-1, forest.outputs] };
  return {
    signature: { inputs: [input], outputs: [classNames ? outputSpec(classNames) : values] },
    ...((scale !== 1 || offset !== 0) && { scaling: { scale, offset } }),
  };
}
