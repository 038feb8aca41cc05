import { fileURLToPath } from 'node:url';

const trainers = { 'tf-trainer': '@switchyard/tf-trainer/main', 'rf-trainer': '@switchyard/rf-trainer/main' } as const;
const servers = {
  'tf-runtime': '@switchyard/tf-runtime/main',
  'rf-runtime': '@switchyard/rf-runtime/main',
  'ab-router': '@switchyard/ab-router/main',
} as const;

export type Trainer = keyof typeof trainers;
export const trainerNames = Object.keys(trainers) as Trainer[];

export function isTrainer(name: string): name is Trainer {
  return Object.hasOwn(trainers, name);
}

/** The file that runs a component. Components are processes: the command starts them, it never calls into them. */
export function componentEntry(name: string): string {
  const specifier = { ...trainers, ...servers }[name as Trainer];
  if (!specifier) throw new Error(`there is no component "${name}"`);
  return fileURLToPath(import.meta.resolve(specifier));
}
