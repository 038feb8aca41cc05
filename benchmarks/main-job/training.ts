import { join } from 'node:path';
import { figureOf, type Figure } from '../lib/figures.ts';
import { measure, node } from '../lib/process.ts';
import { mainOf, mnistFolder, models } from './models.ts';

export type Training = {
  readonly model: string;
  readonly by: string;
  readonly wall: Figure;
  readonly cpu: Figure;
  readonly accuracy: number;
};

/**
 * Trains each model by turns, ours and the peer's, whole processes from start to saved model, so that whatever else the machine does
 * weighs on all alike.
 */
export async function training(rounds: number, store: string, python: string, peerModels: string): Promise<Training[]> {
  const contests = models.flatMap(({ name, trainer, peer, peerTrainer }) => [
    { model: name, by: trainer, spec: node(mainOf(trainer), ['--store', store, '--name', name]), accuracy: /accuracy (\d\.\d+)/ },
    {
      model: name,
      by: peerTrainer,
      spec: { command: join(python, 'python'), args: [join(import.meta.dirname, 'peers/train.py'), peer, mnistFolder(), peerModels] },
      accuracy: /"accuracy": (\d\.\d+)/,
    },
  ]);
  const runs = contests.map(() => ({ wall: [] as number[], cpu: [] as number[], accuracy: NaN }));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { by, model, spec, accuracy }] of contests.entries()) {
      process.stderr.write(`training ${model} by ${by}, ${round + 1}/${rounds}\n`);
      const { wall, cpu, output } = await measure(spec);
      runs[index]!.wall.push(wall);
      runs[index]!.cpu.push(cpu);
      runs[index]!.accuracy = Number(accuracy.exec(output)?.[1]);
    }
  }
  return contests.map(({ model, by }, index) => {
    const { wall, cpu, accuracy } = runs[index]!;
    return { model, by, wall: figureOf(wall), cpu: figureOf(cpu), accuracy };
  });
}
