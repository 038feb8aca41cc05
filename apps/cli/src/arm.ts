import type { GraphUnit } from '@switchyard/deployment';

/** The arm that served: the unit at the end of the way that `routing` took through the graph. */
export function armOf(graph: GraphUnit, routing: Readonly<Record<string, number>>): string {
  let unit = graph;
  for (;;) {
    const next = unit.children[routing[unit.name] ?? 0];
    if (!next || (unit.children.length > 1 && (routing[unit.name] ?? -1) < 0)) return unit.name;
    unit = next;
  }
}

/** The names of all arms, in the order of the graph. */
export function armsOf(graph: GraphUnit): string[] {
  if (graph.children.length === 0) return [graph.name];
  return graph.type === 'COMBINER' ? [graph.name] : graph.children.flatMap(armsOf);
}
