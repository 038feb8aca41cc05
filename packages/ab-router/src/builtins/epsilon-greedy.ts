import type { GraphUnit } from '@switchyard/deployment';
import { epsilonGreedy, type Random } from '@switchyard/experiment';
import { InferenceError } from '@switchyard/protocol';
import { feedbackRows } from '../rows.ts';
import { type ArmState, microsOf } from '../state/arm-state.ts';
import { learned } from '../state/learned.ts';
import { builtIn, type UnitWork } from '../unit-work.ts';

/** EPSILON_GREEDY: prefers the child with the best rewards so far; parameters `epsilon` (0.1) and `best_branch` (0), the one to begin with. */
export function epsilonGreedyUnit(unit: GraphUnit, random: Random, kept: ArmState): UnitWork {
  const { epsilon, best_branch: bestBranch } = unit.parameters;
  const policy = epsilonGreedy({
    ...(epsilon !== undefined && { epsilon: Number(epsilon) }),
    ...(bestBranch !== undefined && { bestBranch: Number(bestBranch) }),
  });
  const arms = unit.children.map((child) => child.name);
  const state = learned(policy, arms, kept);
  return {
    ...builtIn,
    choose: (open) => policy.choose(state(), random, open).arm,
    async feedback(feedback, branch, { signal }) {
      const arm = arms[branch];
      if (arm === undefined)
        throw new InferenceError(
          'INVALID_ARGUMENT',
          `router "${unit.name}" learns from one branch, 0..${arms.length - 1}; the feedback is for ${branch}`,
        );
      const rows = feedbackRows(feedback);
      await kept.append({ arm, rows, micros: microsOf(feedback.reward, rows) }, signal);
    },
    async ready() {
      const answer = kept.ready();
      return answer === true ? true : { reason: `router "${unit.name}": ${answer.reason}` };
    },
    close: () => kept.close(),
  };
}
