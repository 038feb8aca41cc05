import type { GraphUnit } from '@switchyard/deployment';
import { epsilonGreedy, type Random } from '@switchyard/experiment';
import { InferenceError } from '@switchyard/protocol';
import type { Journal } from '../journal.ts';
import { feedbackRows } from '../rows.ts';
import { builtIn, type UnitWork } from '../unit-work.ts';

/** EPSILON_GREEDY: prefers the child with the best rewards so far; parameters `epsilon` (0.1) and `best_branch` (0), the one to begin with. */
export function epsilonGreedyUnit(unit: GraphUnit, random: Random, journal: Journal): UnitWork {
  const { epsilon, best_branch: bestBranch } = unit.parameters;
  const policy = epsilonGreedy({
    ...(epsilon !== undefined && { epsilon: Number(epsilon) }),
    ...(bestBranch !== undefined && { bestBranch: Number(bestBranch) }),
  });
  const arms = unit.children.map((child) => child.name);
  let state = policy.initial(arms.length);
  for (const { arm, rows, sum } of journal.rewards) {
    const index = arms.indexOf(arm);
    if (index >= 0) state = policy.learn(state, { arm: index, rows, sum }); // an arm that the graph no longer has is remembered for its return
  }
  return {
    ...builtIn,
    route: async () => policy.choose(state, random).arm,
    async feedback(feedback, branch) {
      const arm = arms[branch];
      if (arm === undefined)
        throw new InferenceError(
          'INVALID_ARGUMENT',
          `router "${unit.name}" learns from one branch, 0..${arms.length - 1}; the feedback is for ${branch}`,
        );
      const rows = feedbackRows(feedback);
      const sum = feedback.reward * rows;
      await journal.append({ arm, rows, sum });
      state = policy.learn(state, { arm: branch, rows, sum });
    },
    close: () => journal.close(),
  };
}
