import type { GraphUnit } from '@switchyard/deployment';
import type { UnitLabels } from '@switchyard/server';
import type { Arms } from './arms.ts';
import type { UnitLog } from './unit-log.ts';
import type { UnitWork } from './unit-work.ts';

/** A unit of the running graph. */
export type Node = {
  readonly unit: GraphUnit;
  /** What `meta.requestPath` says of it: its image, or what it is. */
  readonly image: string;
  readonly labels: UnitLabels;
  readonly work: UnitWork;
  readonly children: readonly Node[];
  /** Of a unit that draws a child. */
  readonly arms?: Arms;
  /** Of a unit that is logged. */
  readonly log?: UnitLog | undefined;
};

/** The node and all below it, parents first. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}
