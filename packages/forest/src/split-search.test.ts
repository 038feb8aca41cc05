import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packEntry, type NodeTotals } from './node-totals.ts';
import { completeParameters } from './parameters.ts';
import { splitSearch } from './split-search.ts';
import { prepareData } from './training-data.ts';
import { placeWorkspace } from './workspace.ts';

type Row = { readonly value: number; readonly label: number; readonly weight: number };

/** The same by trying every cut, with no shortcut at all. */
function bestByTrial(rows: readonly Row[], minSamplesLeaf: number): number {
  const values = [...new Set(rows.map(({ value }) => value))].toSorted((a, b) => a - b);
  let best = -1;
  for (const cut of values.slice(0, -1)) {
    const sides = [rows.filter(({ value }) => value <= cut), rows.filter(({ value }) => value > cut)];
    const weights = sides.map((side) => side.reduce((sum, { weight }) => sum + weight, 0));
    if (weights.every((weight) => weight >= minSamplesLeaf)) best = Math.max(best, score(sides));
  }
  return best;
}

/** Of each side, the squares of its class weights by its weight; both sides together. */
function score(sides: readonly (readonly Row[])[]): number {
  return sides.reduce((sum, side) => {
    const byClass = new Map<number, number>();
    for (const { label, weight } of side) byClass.set(label, (byClass.get(label) ?? 0) + weight);
    const weights = [...byClass.values()];
    return sum + weights.reduce((squares, each) => squares + each ** 2, 0) / weights.reduce((a, b) => a + b, 0);
  }, 0);
}

function totalsOf(rows: readonly Row[], classes: number): { totals: NodeTotals; byClass: Int32Array } {
  const byClass = new Int32Array(classes);
  for (const { label, weight } of rows) byClass[label]! += weight;
  const weight = byClass.reduce((a, b) => a + b, 0);
  const terms = [...byClass].reduce((sum, each) => sum + each ** 2, 0);
  return { byClass, totals: { count: rows.length, drawn: weight, weight, terms, heaviest: 0 } };
}

const entriesOf = (rows: readonly Row[]) =>
  Int32Array.from(rows.filter(({ value }) => value > 0).map(({ value, label, weight }) => packEntry(value, label, weight)));

/** A search on a workspace of its own, for nodes of up to `rows` entries, and what it is given. */
function searching(rows: number, classes: number, minSamplesLeaf: number) {
  const most = Math.max(rows, 3000); // so many that the workspace has a histogram
  const data = prepareData({ features: new Uint8Array(most), labels: new Uint8Array(most), rows: most, columns: 1, classes });
  const space = placeWorkspace(data, completeParameters({}, 1));
  const node: NodeTotals = { count: 0, drawn: 0, weight: 0, terms: 0, heaviest: 0 };
  const best = new Float64Array(2);
  const search = splitSearch(space, node, best, minSamplesLeaf);
  return (drawn: readonly Row[], before: readonly [number, number]) => {
    const { totals, byClass } = totalsOf(drawn, classes);
    const entries = entriesOf(drawn);
    Object.assign(node, totals);
    space.byClass.set(byClass);
    space.gathered.set(entries);
    best.set(before);
    return { found: search(0, entries.length), best };
  };
}

const row = (classes: number, most: number) =>
  fc.record({ value: fc.oneof(fc.constant(0), fc.nat(most)), label: fc.nat(classes - 1), weight: fc.integer({ min: 1, max: 255 }) });

/** Each size reaches another of the three scans. */
const sizes = [
  { name: 'few rows, sorted', rows: 18, classes: 3, runs: 300 },
  { name: 'rows in chains', rows: 150, classes: 10, runs: 150 },
  { name: 'rows in chains, 400 classes', rows: 150, classes: 400, runs: 80 },
  { name: 'weights beyond 32-bit squares, in a histogram', rows: 900, classes: 5, runs: 30 },
];

describe('splitSearch', () => {
  test.each(sizes)('finds the best cut: $name', ({ rows, classes, runs }) => {
    const search = searching(rows, classes, 1); // one for all runs: whatever a search leaves behind would show in the next
    const strict = searching(rows, classes, 300);
    const samples = fc.oneof(
      fc.array(row(classes, 255), { minLength: 1, maxLength: rows, size: 'max' }),
      fc.array(row(classes, 3), { minLength: 1, maxLength: rows, size: 'max' }),
    );
    fc.assert(
      fc.property(samples, (drawn) => {
        for (const [run, minSamplesLeaf] of [
          [search, 1],
          [strict, 300],
        ] as const) {
          const { found, best } = run(drawn, [-Infinity, 0]);
          const expected = bestByTrial(drawn, minSamplesLeaf);
          expect(found).toBe(expected >= 0);
          if (!found) continue;
          const cut = best[1] as number;
          expect(best[0]).toBeCloseTo(expected, 6);
          expect(score([drawn.filter(({ value }) => value <= cut), drawn.filter(({ value }) => value > cut)])).toBeCloseTo(expected, 6);
        }
      }),
      { numRuns: runs },
    );
  });

  test('only reports what beats the best so far', () => {
    const rows: Row[] = [0, 0, 9, 9].map((value) => ({ value, label: value === 0 ? 0 : 1, weight: 1 }));
    const search = searching(4, 2, 1);
    const perfect = search(rows, [4, 77]);
    expect(perfect.found).toBe(false);
    expect([...perfect.best]).toEqual([4, 77]);
    const worse = search(rows, [3.9, 77]);
    expect(worse.found).toBe(true);
    expect([...worse.best]).toEqual([4, 4]);
  });
});
