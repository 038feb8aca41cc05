// Prediction, one process for both sides, by turns: predict.ts FOLDER ONNX ROUNDS TREES → one line of JSON
import { decodeForest, encodeForest, forestPredictor, trainForest } from '@switchyard/forest';
import { figureOf, round } from '../lib/figures.ts';
import { loadMnist } from './data.ts';
import { installOnnxRuntime } from '../lib/onnx-runtime.ts';

const [folder, onnxFile, rounds, trees] = process.argv.slice(2) as [string, string, string, string];
const { train, test } = loadMnist(folder);
const pixels = Float32Array.from(test.features);
const { forest } = await trainForest(train, { nEstimators: Number(trees), seed: 0 }, { threads: 2 });
const file = encodeForest(forest);
const predictor = forestPredictor(decodeForest(file)); // as a runtime gets it
const { InferenceSession, Tensor } = installOnnxRuntime();
const session = await InferenceSession.create(onnxFile, { intraOpNumThreads: 1, interOpNumThreads: 1 });
const [input] = session.inputNames as [string];

const one = new Float32Array(10);
const row = (at: number): Float32Array => pixels.subarray(at * 784, (at + 1) * 784);
const ours1 = (at: number): void => predictor.predictProba(row(at), 1, one);
const onnx1 = (at: number) => session.run({ [input]: new Tensor('float32', row(at), [1, 784]) }, ['probabilities']);
const many = new Float32Array(256 * 10);
const ours256 = (at: number): void => predictor.predictProba(pixels.subarray(at * 784, (at + 256) * 784), 256, many);
const onnx256 = (at: number) =>
  session.run({ [input]: new Tensor('float32', pixels.subarray(at * 784, (at + 256) * 784), [256, 784]) }, ['probabilities']);

const times = { ours1: [] as number[], onnx1: [] as number[], ours256: [] as number[], onnx256: [] as number[] };
for (let each = -1; each < Number(rounds); each++) {
  const of = async (times: number[], predict: (at: number) => unknown, calls: number, rows: number): Promise<void> => {
    const cpu = process.cpuUsage();
    const p50 = await median(predict, calls, rows);
    const { user, system } = process.cpuUsage(cpu);
    // a batch lasts long enough to be interrupted by whatever else runs; its CPU does not count that
    if (each >= 0) times.push(rows === 1 ? p50 : (user + system) / calls / rows); // the first round warms up
  };
  await of(times.ours1, ours1, 4000, 1);
  await of(times.onnx1, onnx1, 1000, 1);
  await of(times.ours256, ours256, 200, 256);
  await of(times.onnx256, onnx256, 60, 256);
}
const [ours, onnx] = [figureOf(times.ours1), figureOf(times.onnx1)];
console.log(
  JSON.stringify({
    modelMb: file.length / 1e6,
    batch1: ours,
    batch1Onnx: onnx,
    batch1Ratio: round(figureOf(times.ours1.map((time, each) => time / (times.onnx1[each] as number))).median),
    batch256: figureOf(times.ours256),
    batch256Onnx: figureOf(times.onnx256),
  }),
);

/** Microseconds a row, the median of so many calls over rows that change. */
async function median(predict: (at: number) => unknown, calls: number, rows: number): Promise<number> {
  const found: number[] = [];
  for (let call = 0; call < calls; call++) {
    const at = (call * 37 * rows) % (10_000 - rows);
    const began = process.hrtime.bigint();
    const answer = predict(at);
    if (answer instanceof Promise) await answer;
    found.push(Number(process.hrtime.bigint() - began) / 1000 / rows);
  }
  return found.toSorted((a, b) => a - b)[calls >> 1] as number;
}
