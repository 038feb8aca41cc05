import { expect, it } from 'vitest';
import type { GraphUnit } from '@switchyard/deployment';
import { armOf, armsOf } from './arm.ts';

const unit = (name: string, type: GraphUnit['type'], children: GraphUnit[] = []): GraphUnit => ({
  name,
  type,
  children,
  methods: [],
  parameters: {},
  endpoint: { type: 'REST' },
});
const graph = unit('ab', 'ROUTER', [unit('tf', 'MODEL'), unit('inner', 'ROUTER', [unit('rf', 'MODEL'), unit('mlp', 'MODEL')])]);

it('follows the routing down to the unit that served', () => {
  expect(armOf(graph, { ab: 0 })).toBe('tf');
  expect(armOf(graph, { ab: 1, inner: 1 })).toBe('mlp');
});

it('names the unit that asked all its children', () => {
  expect(armOf(unit('mean', 'COMBINER', [unit('a', 'MODEL'), unit('b', 'MODEL')]), { mean: -1 })).toBe('mean');
});

it('takes a graph of one unit for its own arm', () => {
  expect(armOf(unit('tf', 'MODEL'), {})).toBe('tf');
});

it('lists the arms in the order of the graph', () => {
  expect(armsOf(graph)).toEqual(['tf', 'rf', 'mlp']);
});
