import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { readCsv } from '../csv.ts';
import { rowWidth } from '../dataset.ts';
import { DatasetError } from '../error.ts';
import { readHead } from '../file.ts';
import type { Source } from '../source.ts';
import type { TableOptions } from '../table-options.ts';
import { looksLikeGzip } from '../zip.ts';
import { featureWriter } from './feature-writer.ts';
import type { PartPlan, Plan } from './plan.ts';
import { headOf, workFile, workName } from './work-file.ts';

const sample = 2 ** 18; // bytes of a file that its size in memory is estimated by

export async function csvPlan({ text, files: [train, test, ...more] }: Source, options: TableOptions): Promise<Plan> {
  if (train === undefined || more.length > 0) throw new DatasetError(text, undefined, 'give one table, or two: train.csv,test.csv');
  return { train: await tablePlan(train, options), ...(test && { test: await tablePlan(test, options) }) };
}

async function tablePlan(path: string, options: TableOptions): Promise<PartPlan> {
  return {
    bytes: await estimate(path),
    async convert(folder, atLeast) {
      const { labelColumn, delimiter, header, target } = options;
      const name = await workName([path], { labelColumn, delimiter, header, target, atLeast });
      return workFile(join(folder, name), async (file) => {
        const writer = featureWriter(file.fd, 'f8', atLeast);
        const table = await readCsv(path, options, { add: writer.add, finish: () => new Uint8Array(0) });
        const { rows, shape } = table;
        return { table: headOf(table), features: { rows, width: rowWidth({ shape }), type: writer.finish().type } };
      });
    },
  };
}

/** The beginning counts for all: how many cells it has, and whether their numbers are all digits, as bytes are. */
async function estimate(path: string): Promise<number> {
  const head = await readHead(path, sample);
  const text = Buffer.from(looksLikeGzip(head) ? beginning(head) : head).toString('latin1');
  const cells = text.match(/[,;|\t\n]/g)?.length ?? 1;
  const body = text.slice(text.indexOf('\n') + 1);
  const { size } = await stat(path);
  return (size / Math.max(1, head.length)) * cells * (/\d[.eE]|-\d|\d{4}/.test(body) ? 8 : 1);
}

/** As much as these bytes of a gzipped file hold; what is damaged is told when all of it is read. */
function beginning(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return bytes;
  }
}
