import { expect, it } from 'vitest';
import { rootOf } from './contents.ts';

it('knows the package of a file by where it is', () => {
  expect(rootOf('node_modules/zod/v4/index.js')).toBe('node_modules/zod');
  expect(rootOf('node_modules/a/node_modules/@b/c/lib/d.js')).toBe('node_modules/a/node_modules/@b/c');
  expect(rootOf('packages/server/src/rest/server.ts')).toBe('packages/server');
  expect(() => rootOf('somewhere/else.ts')).toThrow('somewhere/else.ts is of no package');
});
