import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Draft, Manifest } from '../manifest.ts';

export const draft = {
  format: 'switchyard-forest',
  signature: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2], range: { min: 0, max: 1 }, columns: ['left', 'right'] }],
    outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 3], columns: ['a', 'b', 'c'] }],
  },
  scaling: { scale: 255, offset: [0, 0] },
  classNames: ['a', 'b', 'c'],
  metrics: { accuracy: 0.97, 'macro-f1': 0.96 },
  hyperparameters: { nEstimators: 30, bootstrap: true, criterion: 'gini' },
  seed: 7,
  dataset: { name: 'letters', digest: 'd'.repeat(64), rows: 100 },
  producer: 'rf-trainer@0.1.0',
} as const satisfies Draft;

export const manifest: Manifest = {
  ...draft,
  schema: 'switchyard.artifact/v1',
  name: 'letters',
  version: '3',
  created: '2026-01-02T03:04:05.000Z',
  files: { 'forest.bin': { bytes: 4, sha256: 'f'.repeat(64) }, 'tfjs/weights.bin': { bytes: 0, sha256: '0'.repeat(64) } },
};

/** Makes a `write` for `publish`, of files with these contents. */
export const writing =
  (files: Readonly<Record<string, string>>, stated: Draft = draft) =>
  async (directory: string): Promise<Draft> => {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    return stated;
  };
