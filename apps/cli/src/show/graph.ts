import type { GraphUnit } from '@switchyard/deployment';

/** An inference graph as a tree, root first. */
export function drawGraph(unit: GraphUnit): string {
  const lines = [label(unit)];
  unit.children.forEach((child, at) => {
    const last = at === unit.children.length - 1;
    const [first, ...rest] = drawGraph(child).split('\n');
    lines.push(`${last ? '└─' : '├─'} ${first}`, ...rest.map((line) => `${last ? '  ' : '│ '} ${line}`));
  });
  return lines.join('\n');
}

function label({ name, type, implementation, parameters, endpoint }: GraphUnit): string {
  const kind = implementation ?? type;
  const values = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
  return [name, `(${[kind, ...(implementation ? [] : [endpoint.type]), ...values].join(', ')})`].join(' ');
}
