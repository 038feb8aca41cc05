import { fileRoles } from '../array-file.ts';
import { checkMnist, mnistFiles } from '../mnist.ts';
import { findRoles, type Pair } from '../roles.ts';
import type { Source } from '../source.ts';
import type { TableOptions } from '../table-options.ts';
import { openArchive } from './archive.ts';
import { openArray } from './open-array.ts';
import { arraysPlan, matrixPlan } from './arrays-plan.ts';
import { csvPlan } from './csv-plan.ts';
import { imagesPlan } from './images-plan.ts';
import type { PartPlan, Plan } from './plan.ts';

type Planner = (source: Source, options: TableOptions) => Promise<Plan>;

/** Of each format, by its name, what there is and how it becomes rows on the disk. They take what the formats take. */
export const planners: Readonly<Record<string, Planner>> = {
  mnist: async ({ kind, text }) => {
    const { train, test } = mnistFiles(kind === 'folder' ? text : undefined);
    return { train: published(train, await pairPlan(train)), test: published(test, await pairPlan(test)) };
  },
  csv: csvPlan,
  npy: async (source, { labelColumn }) =>
    source.kind === 'file' ? { train: matrixPlan(await openArray(source.files[0] as string), labelColumn) } : filesPlan(source),
  npz: async (source) => (source.kind === 'file' ? archivePlan(source.files[0] as string) : filesPlan(source)),
  idx: filesPlan,
  images: imagesPlan,
};

async function archivePlan(path: string): Promise<Plan> {
  const { train, test } = findRoles(await openArchive(path), path);
  return { train: arraysPlan(train.features, train.labels), ...(test && { test: arraysPlan(test.features, test.labels) }) };
}

async function filesPlan(source: Source): Promise<Plan> {
  const { train, test } = fileRoles(source);
  return { train: await pairPlan(train), ...(test && { test: await pairPlan(test) }) };
}

async function pairPlan({ features, labels }: Pair<string>): Promise<PartPlan> {
  return arraysPlan(await openArray(features), await openArray(labels));
}

function published({ features, labels }: Pair<string>, { bytes, convert }: PartPlan): PartPlan {
  return {
    bytes,
    async convert(...where) {
      for (const file of [features, labels]) await checkMnist(file);
      return convert(...where);
    },
  };
}
