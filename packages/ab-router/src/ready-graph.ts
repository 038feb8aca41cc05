import type { NotReady } from '@switchyard/server';
import type { Node } from './node.ts';

/** Why units are not ready. */
export type Unready = {
  /** Of every unit that is not. */
  readonly all: readonly string[];
  /** Of those without which no answer can be given; none, and the graph can answer. Of a router that draws, one arm is enough. */
  readonly needed: readonly string[];
};

export async function readyGraph(node: Node): Promise<Unready> {
  const [own, below] = await Promise.all([node.work.ready(), Promise.all(node.children.map(readyGraph))]);
  const reasons = own === true ? [] : [own.reason];
  const spared = node.arms !== undefined && below.some(({ needed }) => needed.length === 0);
  return {
    all: [...reasons, ...below.flatMap(({ all }) => all)],
    needed: [...reasons, ...(spared ? [] : below.flatMap(({ needed }) => needed))],
  };
}

/**
 * Whether the graph is ready: at first when every unit is, so that a split begins as it was meant; once it was, or after `settleMs`, when it
 * can answer. Else one dead arm would take the router, and with it the arms that are well, out of service.
 */
export function graphReadiness(root: Node, settleMs: number): () => Promise<true | NotReady> {
  const started = performance.now();
  let settled = false;
  return async () => {
    const { all, needed } = await readyGraph(root);
    settled ||= all.length === 0 || performance.now() - started >= settleMs;
    const reasons = settled ? needed : all;
    return reasons.length === 0 ? true : { reason: reasons.join('; ') };
  };
}
