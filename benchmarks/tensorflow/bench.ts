import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, builtMain } from '../lib/built.ts';
import { residentMb } from '../lib/cpu.ts';
import { figureOf, round, table } from '../lib/figures.ts';
import { installOnnxRuntime } from '../lib/onnx-runtime.ts';
import { measure, message, node, start, stop } from '../lib/process.ts';
import { venv } from '../lib/venv.ts';
import { mnistFolder } from '../main-job/models.ts';
import { kinds, type Kind } from './kinds.ts';
import { soak } from './soak.ts';
import { trainOurs, type Trained } from './train-ours.ts';

const packages = ['tensorflow-cpu==2.21.0', 'keras==3.12.0', 'onnx==1.19.1'];
const here = (file: string): string => join(import.meta.dirname, file);
const warm = 20; // steps before the clock runs: the first is traced
const sizes = [1, 64, 256] as const;

type Timed = Record<(typeof sizes)[number], { readonly wallMs: number; readonly cpuMs: number }>;
type Place = { readonly folder: string; readonly python: string };

/**
 * Training and prediction beside Python's TensorFlow and onnxruntime-node, by turns. `--quick` takes few steps, once, to see that it works;
 * `--only=training,prediction,serving` leaves parts out; `--only=soak` is a million predictions of the runtime alone.
 */
export default async function tensorflow(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const quick = parameters.includes('--quick');
  const only = parameters.find((each) => each.startsWith('--only='))?.slice(7);
  const parts = new Set((only ?? 'training,prediction,serving').split(','));
  const python = only === 'soak' ? '' : join(venv('tensorflow', packages), 'python');
  const folder = mkdtempSync(join(tmpdir(), 'bench-tensorflow-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // where a signal ends it
  const place = { folder, python };
  try {
    const figures: Record<string, unknown> = { benchmark: 'tensorflow' };
    if (parts.has('training')) Object.assign(figures, await training(place, quick));
    else if (only !== 'soak') for (const kind of ['mlp', 'cnn'] as const) await trainBoth(place, kind, 60); // any weights do for what is left
    if (parts.has('prediction')) Object.assign(figures, await prediction(place, quick ? 1 : 5));
    if (parts.has('serving')) Object.assign(figures, await serving(place, quick ? 1 : 5));
    if (parts.has('soak')) {
      if (only === 'soak') await trainOurs('mlp', 60, warm, join(folder, 'store'));
      Object.assign(figures, await soak(join(folder, 'store'), 'mlp', quick ? 20_000 : 1_000_000));
    }
    return figures;
  } finally {
    remove();
  }
}

async function lastLine<T>(spec: Parameters<typeof measure>[0]): Promise<T> {
  const { output } = await measure(spec);
  return JSON.parse(output.trim().split('\n').at(-1) as string) as T;
}

function trainPeer({ folder, python }: Place, kind: Kind, mode: 'function' | 'fit', steps: number): Promise<Trained> {
  const args = [here('peers/train.py'), kind, mode, mnistFolder(), String(steps), String(warm)];
  return lastLine({ command: python, args: mode === 'function' ? [...args, join(folder, kind)] : args });
}

async function trainBoth(place: Place, kind: Kind, steps: number, seed = 0): Promise<{ ours: Trained; peer: Trained }> {
  process.stderr.write(`training ${kind}, ${steps} steps\n`);
  const ours = await trainOurs(kind, steps, warm, join(place.folder, 'store'), seed);
  const peer = await trainPeer(place, kind, 'function', steps);
  process.stderr.write(`  ${round(ours.cpuMs)} ms of CPU a step, tf.function ${round(peer.cpuMs)}\n`);
  return { ours, peer };
}

async function training(place: Place, quick: boolean) {
  const figures: Record<string, number> = {};
  const rows: (string | number)[][] = [];
  for (const kind of Object.keys(kinds) as Kind[]) {
    const steps = quick ? kinds[kind].quick : kinds[kind].steps;
    const runs: { ours: Trained; peer: Trained; fit: Trained }[] = [];
    for (let each = 0; each < (quick ? 1 : 3); each++) {
      const both = await trainBoth(place, kind, steps, each);
      runs.push({ ...both, fit: await trainPeer(place, kind, 'fit', Math.min(steps, 2000)) });
    }
    const cpu = (side: 'ours' | 'peer' | 'fit') => figureOf(runs.map((run) => run[side].cpuMs));
    const ratio = figureOf(runs.map(({ ours, peer }) => ours.cpuMs / peer.cpuMs));
    const words = (side: 'ours' | 'peer' | 'fit'): string => `${cpu(side).min} / ${cpu(side).median}`;
    const accuracy = runs.reduce((sum, { ours }) => sum + ours.accuracy, 0) / runs.length;
    const peerAccuracy = runs.reduce((sum, { peer }) => sum + peer.accuracy, 0) / runs.length;
    rows.push([kind, words('ours'), words('peer'), words('fit'), ratio.median, accuracy.toFixed(4), peerAccuracy.toFixed(4)]);
    const name = kind[0]?.toUpperCase() + kind.slice(1);
    figures[`trainCpuRatio${name}`] = ratio.median;
    if (kind !== 'softmax') figures[`accuracy${name}`] = Number(accuracy.toFixed(4));
  }
  console.log('\nTraining: CPU ms a step, min / median\n');
  console.log(table(['model', 'tf-trainer', 'tf.function', 'Keras fit', 'ratio', 'accuracy', 'of the peer'], rows));
  return figures;
}

async function prediction({ folder, python }: Place, rounds: number) {
  installOnnxRuntime();
  const figures: Record<string, number> = {};
  for (const kind of ['mlp', 'cnn'] as const) {
    const sides = {
      'tf-runtime': node(here('predict.ts'), ['ours', join(folder, 'store'), kind]),
      'Python SavedModel': { command: python, args: [here('peers/predict.py'), join(folder, kind), mnistFolder()] },
      'onnxruntime-node': node(here('predict.ts'), ['onnx', join(folder, kind, 'model.onnx')]),
    };
    const found: Record<string, Timed[]> = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
    for (let each = 0; each < rounds; each++) for (const [side, spec] of Object.entries(sides)) found[side]?.push(await lastLine(spec));
    const [ours, peer] = [found['tf-runtime'] as Timed[], found['Python SavedModel'] as Timed[]];
    const ratio = (size: (typeof sizes)[number], what: 'wallMs' | 'cpuMs'): number =>
      figureOf(ours.map((timed, each) => timed[size][what] / (peer[each] as Timed)[size][what])).median;
    if (kind === 'mlp') figures['batch1RatioMlp'] = ratio(1, 'wallMs');
    else
      Object.assign(figures, { batch1RatioCnn: ratio(1, 'wallMs'), batch64Ratio: ratio(64, 'cpuMs'), batch256Ratio: ratio(256, 'cpuMs') });
    const figure = (timed: readonly Timed[], size: (typeof sizes)[number]): string =>
      `${figureOf(timed.map((each) => each[size].wallMs)).min} / ${figureOf(timed.map((each) => each[size].cpuMs)).median}`;
    console.log(`\nPrediction, ${kind}: ms a call, least by the clock / CPU\n`);
    const rows = Object.entries(found).map(([side, timed]) => [side, ...sizes.map((size) => figure(timed, size))]);
    console.log(table(['by', ...sizes.map((size) => (size === 1 ? 'one row' : `${size} rows`))], rows));
  }
  return figures;
}

/** The runtime's own process, built as users have it, with the MLP: from its start until it says ready, and its memory after a thousand rows. */
async function serving({ folder }: Place, rounds: number) {
  build(['tf-runtime']);
  const [ready, rss]: [number[], number[]] = [[], []];
  for (let each = 0; each < rounds; each++) {
    const env = { SWITCHYARD_HTTP_PORT: '0', SWITCHYARD_GRPC_PORT: '0', SWITCHYARD_HOST: '127.0.0.1' };
    const began = performance.now();
    const args = [builtMain('tf-runtime'), '--store', join(folder, 'store'), '--model', 'mlp'];
    const child = start({ command: process.execPath, args, env });
    type Ready = { readonly ready: true; readonly httpPort: number };
    const { httpPort } = await message(child, (told): told is Ready => (told as Partial<Ready>).ready === true);
    ready.push(performance.now() - began);
    const body = JSON.stringify({ data: { ndarray: Array.from({ length: 100 }, () => Array.from({ length: 784 }, () => 0.5)) } });
    for (let call = 0; call < 10; call++) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`http://127.0.0.1:${httpPort}/api/v1.0/predictions`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`tf-runtime answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    }
    rss.push(residentMb(child.pid as number));
    await stop(child);
  }
  const figures = { readyMs: Math.round(figureOf(ready).median), rssMb: round(figureOf(rss).median) };
  console.log(`\nServing the MLP: ready after ${figures.readyMs} ms, ${figures.rssMb} MiB resident`);
  return figures;
}
