import { type Builtin, type GraphUnit, isBuiltin } from './graph-unit.ts';
import { imageRules, ruleFor } from './images.ts';
import { type Findings, join } from './problem.ts';

/** The built-in that a unit is: by its implementation, or because its container's image is one that a built-in stands in for. */
export function builtinOf(unit: GraphUnit): Builtin | undefined {
  if (isBuiltin(unit.implementation)) return unit.implementation;
  return unit.container === undefined ? undefined : ruleFor(unit.container.image, imageRules)?.builtin;
}

/** Holds a built-in's parameters to what it can do with them. */
export function checkBuiltin(unit: GraphUnit, children: number, path: string, findings: Findings): void {
  const problem = (key: string, message: string): unknown => findings.problems.push({ path: join(path, key), message });
  const builtin = builtinOf(unit);
  if (builtin === 'RANDOM_ABTEST') {
    if (children !== 2) problem('children', `RANDOM_ABTEST "${unit.name}" splits between exactly 2 children; it has ${children}`);
    share(unit, 'ratioA', problem);
    whole(unit, 'seed', Number.MAX_SAFE_INTEGER, problem);
  }
  if (builtin === 'EPSILON_GREEDY') {
    share(unit, 'epsilon', problem);
    whole(unit, 'seed', Number.MAX_SAFE_INTEGER, problem);
    whole(unit, 'best_branch', Math.max(children - 1, 0), problem);
    const branches = unit.parameters['n_branches'];
    if (branches !== undefined && Number(branches) !== children)
      problem('parameters', `n_branches is ${branches}, but "${unit.name}" has ${children} children`);
  }
}

type Report = (key: string, message: string) => unknown;

function share(unit: GraphUnit, name: string, problem: Report): void {
  const value = unit.parameters[name];
  if (value === undefined) return;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !(number >= 0 && number <= 1))
    problem('parameters', `${name} of "${unit.name}" is ${value}; it must be within 0..1`);
}

function whole(unit: GraphUnit, name: string, max: number, problem: Report): void {
  const value = unit.parameters[name];
  if (value === undefined) return;
  const number = Number(value);
  if (typeof value === 'boolean' || !Number.isSafeInteger(number) || number < 0 || number > max)
    problem('parameters', `${name} of "${unit.name}" is ${value}; it must be a whole number within 0..${max}`);
}
