// Our part of the benchmark, one process a measurement: train-ours.ts mnist|dense FOLDER TREES SEED [ROWS COLUMNS] → one line of JSON
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forestPredictor, trainForest, type ClassifiedRows } from '@switchyard/forest';
import { columnsOf, loadMnist } from './data.ts';

const [kind, folder, trees, seed, rows, columns] = process.argv.slice(2) as [string, string, string, string, string?, string?];
const { train, test } =
  kind === 'dense' ? dense(folder) : columnsOf(loadMnist(folder), folder, Number(rows ?? 60_000), columns && Number(columns));
const [cpu, began] = [process.cpuUsage(), performance.now()];
const { forest } = await trainForest(train, { nEstimators: Number(trees), seed: Number(seed) }, { threads: 2 });
const [used, wall] = [process.cpuUsage(cpu), (performance.now() - began) / 1000];
const predicted = forestPredictor(forest).predict(test.features, test.rows);
const accuracy = predicted.filter((label, row) => label === test.labels[row]).length / test.rows;
const rssMb = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ cpu: (used.user + used.system) / 1e6, wall, accuracy, rssMb }));

function dense(folder: string): { train: ClassifiedRows; test: ClassifiedRows } {
  const bytes = readFileSync(join(folder, 'dense.f32'));
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const labels = new Uint8Array(readFileSync(join(folder, 'dense.u8')));
  const part = (from: number, to: number): ClassifiedRows => ({
    features: all.slice(from * 50, to * 50),
    labels: labels.slice(from, to),
    rows: to - from,
    columns: 50,
    classes: 5,
  });
  return { train: part(0, 50_000), test: part(50_000, 60_000) };
}
