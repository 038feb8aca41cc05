import * as fc from 'fast-check';
import type { LabelledRows } from '../labelled-rows.ts';
import type { GivenParameters } from '../parameters.ts';
import { pseudoRandom } from './trees.ts';

/** What rows may look like; small numbers of each, so that failures shrink to something readable. */
type Look = {
  readonly seed: number;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly kind: 'bytes' | 'floats' | 'doubles';
  /** Distinct values a column. */
  readonly levels: number;
  /** Shares of cells. */
  readonly zeros: number;
  readonly missing: number;
  readonly regression: boolean;
  readonly weighted: boolean;
  readonly categorical: boolean;
};

const look = (rows: number, classes: number): fc.Arbitrary<Look> =>
  fc.record({
    seed: fc.nat(1_000_000),
    rows: fc.integer({ min: 1, max: rows }),
    columns: fc.integer({ min: 1, max: 9 }),
    classes: fc.integer({ min: 1, max: classes }),
    kind: fc.constantFrom('bytes', 'floats', 'doubles'),
    levels: fc.constantFrom(2, 5, 40, 256, 5000),
    zeros: fc.constantFrom(0, 0.5, 0.9),
    missing: fc.constantFrom(0, 0.2, 0.95),
    regression: fc.boolean(),
    weighted: fc.boolean(),
    categorical: fc.boolean(),
  });

export function rowsOf({
  seed,
  rows,
  columns,
  classes,
  kind,
  levels,
  zeros,
  missing,
  regression,
  weighted,
  categorical,
}: Look): LabelledRows {
  const random = pseudoRandom(seed);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const cells = rows * columns;
  const features = kind === 'bytes' ? new Uint8Array(cells) : kind === 'floats' ? new Float32Array(cells) : new Float64Array(cells);
  const isCategory = Array.from({ length: columns }, () => categorical && random() < 0.5);
  for (let cell = 0; cell < cells; cell++) {
    const whole = random() < zeros ? 0 : upTo(kind === 'bytes' ? Math.min(256, levels) : levels);
    if (kind === 'bytes') features[cell] = whole;
    else if (random() < missing) features[cell] = NaN;
    else features[cell] = isCategory[cell % columns] ? whole : whole * 0.37 - 3;
  }
  const signal = (row: number): number => (features[row * columns] || 0) + (features[row * columns + columns - 1] || 0) + random() * 3;
  const rest = {
    features,
    rows,
    columns,
    sampleWeights: weighted ? Float64Array.from({ length: rows }, (_, row) => (row === 0 ? 1 : upTo(4) / 3)) : undefined,
    categorical: isCategory.flatMap((is, column) => (is ? [column] : [])),
  };
  if (regression) return { ...rest, task: 'regression', targets: Float64Array.from({ length: rows }, (_, row) => signal(row) / 7) };
  return { ...rest, classes, labels: Uint16Array.from({ length: rows }, (_, row) => Math.abs(Math.floor(signal(row))) % classes) };
}

const shape = fc.record({
  seed: fc.nat(0xffff_ffff),
  entropy: fc.boolean(),
  maxFeatures: fc.constantFrom<'sqrt' | 'log2' | 'all'>('sqrt', 'log2', 'all'),
  maxDepth: fc.constantFrom(undefined, 1, 3),
  minSamplesLeaf: fc.constantFrom(1, 1, 4),
  minSamplesSplit: fc.constantFrom(2, 2, 9),
  bootstrap: fc.boolean(),
  splitter: fc.constantFrom<'best' | 'random'>('best', 'best', 'random'),
  share: fc.constantFrom(undefined, 0.4),
  balanced: fc.boolean(),
});

/** Any rows, up to so many and of up to so many classes, and any parameters that suit them. */
export const anyTraining = (rows: number, classes: number): fc.Arbitrary<{ rows: LabelledRows; parameters: GivenParameters }> =>
  fc.record({ look: look(rows, classes), shape }).map(({ look, shape: { entropy, share, balanced, ...rest } }) => ({
    rows: rowsOf(look),
    parameters: {
      ...rest,
      nEstimators: 2,
      maxSamples: rest.bootstrap ? share : undefined,
      ...(!look.regression && {
        criterion: entropy ? ('entropy' as const) : ('gini' as const),
        classWeight: balanced ? ('balanced' as const) : undefined,
      }),
    },
  }));
