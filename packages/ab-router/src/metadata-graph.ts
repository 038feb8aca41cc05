import type { GraphMetadata, ModelMetadata, TensorSpec } from '@switchyard/protocol';
import { type Node, nodesOf } from './node.ts';

/** Asks every unit what it is, all at once; units that have nothing to say are left out. */
export async function metadataGraph(name: string, root: Node): Promise<GraphMetadata> {
  const known = new Map<Node, ModelMetadata>();
  await Promise.all(
    [...nodesOf(root)].map(async (node) => {
      const metadata = await node.work.metadata();
      if (metadata !== undefined) known.set(node, metadata);
    }),
  );
  const models = Object.fromEntries(
    [...nodesOf(root)].flatMap((node) => {
      const metadata = known.get(node);
      return metadata === undefined ? [] : [[node.unit.name, metadata]];
    }),
  );
  return { name, models, inputs: inputsOf(root, known), outputs: outputsOf(root, known) };
}

type Known = ReadonlyMap<Node, ModelMetadata>;

/** What enters the first unit; one that only routes takes what its first child takes. */
function inputsOf(node: Node, known: Known): readonly TensorSpec[] {
  const [first] = node.children;
  if (node.work.transformInput || first === undefined) return known.get(node)?.inputs ?? [];
  return inputsOf(first, known);
}

/** A unit that works on its children's answers gives the output; else the last of the chain, of a router its first child. */
function outputsOf(node: Node, known: Known): readonly TensorSpec[] {
  const [first] = node.children;
  const own = known.get(node)?.outputs ?? [];
  if (first === undefined || ((node.work.aggregate || node.work.transformOutput) && own.length > 0)) return own;
  return outputsOf(first, known);
}
