import type { GraphUnit } from '@switchyard/deployment';
import { randomAbTest, type Random } from '@switchyard/experiment';
import { builtIn, type UnitWork } from '../unit-work.ts';

/** RANDOM_ABTEST: `ratioA` (0.5 unless given) of the requests to the first of two children; all to the other while one is away. */
export function randomAbTestUnit(unit: GraphUnit, random: Random): UnitWork {
  const policy = randomAbTest(Number(unit.parameters['ratioA'] ?? 0.5));
  const state = policy.initial(unit.children.length);
  return { ...builtIn, choose: (open) => policy.choose(state, random, open).arm };
}
