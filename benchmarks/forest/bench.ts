import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figureOf, round, table } from '../lib/figures.ts';
import { measure, node } from '../lib/process.ts';
import { venv } from '../lib/venv.ts';
import { mainOf, mnistFolder } from '../main-job/models.ts';
import { writeColumnOrder } from './data.ts';
import { growthSvg } from './growth-svg.ts';
import { installOnnxRuntime } from '../lib/onnx-runtime.ts';

type Fit = { readonly cpu: number; readonly wall: number; readonly accuracy: number; readonly rssMb: number };
type Predicted = Record<'batch1' | 'batch1Onnx' | 'batch256' | 'batch256Onnx', ReturnType<typeof figureOf>> & {
  modelMb: number;
  batch1Ratio: number;
};

const science = ['scikit-learn==1.9.1', 'numpy==2.4.6', 'onnx==1.23.2', 'skl2onnx==1.20.0'];
const here = (file: string): string => join(import.meta.dirname, file);

/**
 * Training, prediction and growth beside scikit-learn and onnxruntime-node. `--quick` is one short round of few trees, to see that it works;
 * `--only=training,dense,prediction,growth` leaves parts out; `--draw=FILE` says where the drawing of the growth goes.
 */
export default async function forest(parameters: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const quick = parameters.includes('--quick');
  const given = (name: string): string | undefined => parameters.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const parts = new Set((given('only') ?? 'training,dense,prediction,growth').split(','));
  const python = join(venv('forest', science), 'python');
  installOnnxRuntime();
  const folder = mkdtempSync(join(tmpdir(), 'bench-forest-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove); // where a signal ends it
  const contest = contestIn(folder, python);
  try {
    for (const part of ['train', 't10k'])
      for (const file of [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`])
        symlinkSync(join(mnistFolder(), file), join(folder, file));
    writeColumnOrder(folder);
    const figures: Record<string, unknown> = { benchmark: 'forest' };
    if (parts.has('training'))
      Object.assign(figures, await training(contest, quick ? [2, 4] : [30, 100], quick ? 1 : 3), await residentTrainer(folder));
    if (parts.has('dense')) {
      await lastLine({ command: python, args: [here('peers/science.py'), 'data', folder] });
      figures['denseCpuRatio'] = (await trainBoth(contest, 'dense', quick ? 2 : 30, quick ? 1 : 3)).ratio;
    }
    if (parts.has('prediction')) Object.assign(figures, await prediction(folder, python, quick ? 1 : 7, 30));
    if (parts.has('growth')) figures['growth'] = await growth(contest, quick, given('draw') ?? here('../.cache/forest-growth.svg'));
    return figures;
  } finally {
    remove();
  }
}

type Contest = (side: 'ours' | 'peer', args: readonly (string | number)[]) => Promise<Fit>;

function contestIn(folder: string, python: string): Contest {
  return async (side, [kind, ...rest]) => {
    const args = [String(kind), folder, ...rest.map(String)];
    process.stderr.write(`${side === 'ours' ? 'switchyard' : 'scikit-learn'} trains ${args.filter((each) => each !== folder).join(' ')}\n`);
    return (await lastLine(
      side === 'ours' ? node(here('train-ours.ts'), args) : { command: python, args: [here('peers/science.py'), 'train', ...args] },
    )) as Fit;
  };
}

async function lastLine(spec: Parameters<typeof measure>[0]): Promise<unknown> {
  const { output } = await measure(spec);
  return JSON.parse(output.trimEnd().split('\n').at(-1)!);
}

/** Both sides with the same seeds, by turns; the ratio is the median of the rounds' own. */
async function trainBoth(contest: Contest, kind: string, trees: number, rounds: number) {
  const [ours, peer]: [Fit[], Fit[]] = [[], []];
  for (let seed = 0; seed < rounds; seed++) {
    ours.push(await contest('ours', [kind, trees, seed]));
    peer.push(await contest('peer', [kind, trees, seed]));
  }
  const mean = (fits: readonly Fit[]): number => fits.reduce((sum, { accuracy }) => sum + accuracy, 0) / fits.length;
  const rows = (
    [
      ['switchyard', ours],
      ['scikit-learn', peer],
    ] as const
  ).map(([by, fits]) => {
    const [cpu, wall] = [figureOf(fits.map((fit) => fit.cpu)), figureOf(fits.map((fit) => fit.wall))];
    const each = fits.map(({ accuracy }) => accuracy);
    const rss = Math.round(Math.max(...fits.map(({ rssMb }) => rssMb)));
    return [
      by,
      `${cpu.min} / ${cpu.median}`,
      `${wall.min} / ${wall.median}`,
      mean(fits).toFixed(4),
      `${Math.min(...each)}–${Math.max(...each)}`,
      rss,
    ];
  });
  console.log(`\n${kind}, ${trees} trees, two threads: seconds of the fit, min / median of ${rounds}\n`);
  console.log(table(['by', 'CPU', 'wall', 'accuracy, mean', 'accuracies', 'peak RSS MiB'], rows));
  const ratio = figureOf(ours.map((fit, at) => fit.cpu / (peer[at] as Fit).cpu)).median;
  return { ratio, accuracy: Number(mean(ours).toFixed(5)), peerAccuracy: Number(mean(peer).toFixed(5)) };
}

async function training(contest: Contest, [few, many]: readonly [number, number] | readonly number[], rounds: number) {
  const first = await trainBoth(contest, 'mnist', few as number, rounds);
  const second = await trainBoth(contest, 'mnist', many as number, rounds);
  return {
    trainCpuRatio30: first.ratio,
    trainCpuRatio100: second.ratio,
    accuracy30: first.accuracy,
    accuracy100: second.accuracy,
    peerAccuracy30: first.peerAccuracy,
    peerAccuracy100: second.peerAccuracy,
  };
}

/** The whole component, from its data to the published artifact: its memory at most. */
async function residentTrainer(folder: string): Promise<{ trainerRssMb: number }> {
  const { output } = await measure({
    command: process.execPath,
    args: [
      '--conditions=@switchyard/source',
      `--import=${here('probe.ts')}`,
      mainOf('rf-trainer'),
      '--store',
      join(folder, 'store'),
      '--threads=2',
    ],
  });
  const trainerRssMb = round(Number(/peak resident ([\d.]+) MiB/.exec(output)?.[1]));
  console.log(`\nrf-trainer, 30 trees on MNIST, from data to artifact: ${trainerRssMb} MiB resident at most`);
  return { trainerRssMb };
}

async function prediction(folder: string, python: string, rounds: number, trees: number) {
  const onnx = join(folder, 'forest.onnx');
  const peer = (await lastLine({ command: python, args: [here('peers/science.py'), 'onnx', folder, onnx, String(trees)] })) as {
    batch1Us: number;
  };
  const found = (await lastLine(node(here('predict.ts'), [folder, onnx, String(rounds), String(trees)]))) as Predicted;
  console.log(
    `\nPrediction, ${trees} trees, one thread: µs a row, of one row p50 and of 256 the CPU of a round; min / median of ${rounds} rounds\n`,
  );
  const figure = ({ min, median }: ReturnType<typeof figureOf>): string => `${min} / ${median}`;
  console.log(
    table(
      ['by', 'one row', '256 rows'],
      [
        ['switchyard', figure(found.batch1), figure(found.batch256)],
        ['onnxruntime-node', figure(found.batch1Onnx), figure(found.batch256Onnx)],
        ['scikit-learn', Math.round(peer.batch1Us), '–'],
      ],
    ),
  );
  return {
    modelMb: round(found.modelMb),
    batch1Us: found.batch1.median,
    batch1RatioOnnx: found.batch1Ratio,
    batch256UsPerRow: found.batch256.median,
  };
}

async function growth(contest: Contest, quick: boolean, file: string) {
  const trees = quick ? 1 : 4;
  const axes = [
    { axis: 'rows', sizes: [10_000, 20_000, 40_000, 60_000], shape: (rows: number) => [rows, 784] },
    { axis: 'columns', sizes: [100, 200, 400, 784], shape: (columns: number) => [60_000, columns] },
  ];
  const panels = [];
  for (const { axis, sizes, shape } of axes) {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (const size of sizes) {
      const best = async (side: 'ours' | 'peer', rounds: number): Promise<number> => {
        let least = Infinity;
        for (let each = 0; each < rounds; each++)
          least = Math.min(least, (await contest(side, ['mnist', trees, each, ...shape(size)])).cpu / trees);
        return round(least);
      };
      ours.push(await best('ours', quick ? 1 : 2));
      peer.push(await best('peer', quick ? 1 : 2));
    }
    panels.push({ axis, sizes, ours, peer });
    console.log(`\nCPU seconds a tree by ${axis}, preparation of the data included\n`);
    console.log(
      table(
        [axis, 'switchyard', 'scikit-learn'],
        sizes.map((size, at) => [size, ours[at] as number, peer[at] as number]),
      ),
    );
  }
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, growthSvg(panels));
  console.log(`\nDrawn in ${file}`);
  return Object.fromEntries(panels.map(({ axis, ...rest }) => [axis, rest]));
}
