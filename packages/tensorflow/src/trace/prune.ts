import type { Node, Port } from './graph.ts';

/** The nodes that the ports hang on, in their order: what nobody uses may be large, such as a constant as wide as a layer. */
export function prune(nodes: readonly Node[], ports: readonly Port[]): Node[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const used = new Set<string>();
  const open = ports.map(({ name }) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue;
    used.add(name);
    for (const input of byName.get(name)?.inputs ?? []) open.push(input.replace(/^\^|:\d+$/g, ''));
  }
  return nodes.filter(({ name }) => used.has(name));
}
