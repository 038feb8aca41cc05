import { expect, test } from 'vitest';
import { isFilePath } from './file-path.ts';

test.each(['forest.bin', 'tfjs/model.json', 'variables/variables.data-00000-of-00001', '.hidden', '_a+b=c@d,e', '...'])(
  '"%s" names a file',
  (path) => {
    expect(isFilePath(path)).toBe(true);
  },
);

test.each(['model.json', '', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', './a', 'a\\b', 'C:a', 'a b', 'a\n', 'ä', '__proto__'])(
  '%j does not',
  (path) => {
    expect(isFilePath(path)).toBe(false);
  },
);
