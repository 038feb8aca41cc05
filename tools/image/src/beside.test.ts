import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beside } from './beside.ts';

const workspace = join(import.meta.dirname, '../../..');

/** Libraries that help tests and are in no image. */
const unshipped = /^packages\/conformance\/|^apps\/e2e\/|\.test\.ts$|\/(test|testing|cluster-test|fixtures|files)\/|\/testing\.ts$/;

it('has a line for every module that asks where it is, and no others', () => {
  const sources = globSync('{packages,apps}/*/src/**/*.ts', { cwd: workspace }).filter((file) => !unshipped.test(file));
  expect(sources.length).toBeGreaterThan(100);
  const asking = sources.filter((file) => readFileSync(join(workspace, file), 'utf8').includes('import.meta.'));
  expect(beside.map(({ module }) => module)).toEqual(asking.toSorted());
});

it('lets no module ask in a way that a bundle answers wrongly', () => {
  for (const { module } of beside) {
    const asked = readFileSync(join(workspace, module), 'utf8').match(/import\.meta\.\w+/g);
    expect(asked!.filter((each) => each !== 'import.meta.url' && each !== 'import.meta.resolve')).toEqual([]);
  }
});

it('names files that exist', () => {
  for (const pattern of beside.flatMap(({ files = [], packed = [], entries = [] }) => [...files, ...packed, ...entries])) {
    expect(globSync(pattern, { cwd: workspace }), pattern).not.toEqual([]);
  }
});
