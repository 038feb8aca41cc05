import { InferenceError, type Call, type Feedback } from '@switchyard/protocol';
import type { Metrics } from '@switchyard/server';
import type { Node } from './node.ts';

/** A unit that a feedback is for, and the branch below it that answered: −1 all, −2 none. */
type Visit = { readonly node: Node; readonly branch: number; readonly below: readonly Visit[] };

/**
 * Takes a feedback to the units that made the answer, those below first, as `response.meta.routing` says. Its whole way is known before
 * the first unit hears of it: feedback that cannot be placed changes nothing.
 *
 * By Seldon's contract a unit without an entry in the routing passes feedback to all its children. That is right for a combiner; but a
 * router with several branches would have each of them rewarded for what one of them did, and a bandit would learn from it. So there the
 * entry is required.
 *
 * @throws InferenceError INVALID_ARGUMENT where the routing lacks an entry or names a branch that there is not
 */
export async function feedbackGraph(root: Node, feedback: Feedback, call: Call, metrics: Metrics | undefined): Promise<void> {
  await send(plan(root, feedback), feedback, call, metrics);
}

function plan(node: Node, feedback: Feedback): Visit {
  const branch = branchOf(node, feedback);
  const children = branch === -1 ? node.children : node.children.slice(Math.max(branch, 0), branch + 1);
  return { node, branch, below: branch === -2 ? [] : children.map((child) => plan(child, feedback)) };
}

function branchOf({ unit, work, children }: Node, feedback: Feedback): number {
  const routing = feedback.response?.meta.routing ?? {};
  const branch = Object.hasOwn(routing, unit.name) ? routing[unit.name] : undefined;
  const path = `response.meta.routing["${unit.name}"]`;
  if (branch === undefined) {
    const routes = work.route !== undefined || work.choose !== undefined;
    if (routes && children.length === 1) return 0;
    if (routes && children.length > 1)
      throw new InferenceError(
        'INVALID_ARGUMENT',
        `${path} is missing: it says which of the ${children.length} branches answered; send the response's meta as it was given`,
      );
    return -1;
  }
  if (!Number.isInteger(branch) || branch < -2 || branch >= Math.max(children.length, 1))
    throw new InferenceError(
      'INVALID_ARGUMENT',
      `${path} is ${branch}; the branches are 0..${children.length - 1}, −1 for all, −2 for none`,
    );
  return branch;
}

async function send({ node, branch, below }: Visit, feedback: Feedback, call: Call, metrics: Metrics | undefined): Promise<void> {
  await Promise.all(below.map((each) => send(each, feedback, call, metrics)));
  node.log?.feedback(feedback, call);
  await node.work.feedback?.(feedback, branch, call);
  metrics?.countFeedback(node.labels, feedback.reward);
}
