import type { Policy } from '@switchyard/experiment';
import { type ArmState, microsPerUnit, type Totals } from './arm-state.ts';

/**
 * What a policy makes of the totals at present; made anew only when they changed. Policies learn from sums alone, so it is as if it had seen
 * every reward. An arm that the graph does not have is passed over, and remembered for its return.
 */
export function learned<S>(policy: Policy<S>, arms: readonly string[], kept: ArmState): () => S {
  const initial = policy.initial(arms.length);
  let seen: Totals | undefined;
  let state = initial;
  return () => {
    const totals = kept.totals();
    if (totals === seen) return state;
    seen = totals;
    state = initial;
    for (const [arm, name] of arms.entries()) {
      const { rows = 0, micros = 0 } = totals.get(name) ?? {};
      if (rows > 0) state = policy.learn(state, { arm, rows, sum: micros / microsPerUnit });
    }
    return state;
  };
}
