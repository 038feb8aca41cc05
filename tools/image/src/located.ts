import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Plugin } from 'esbuild';

const here = '__switchyardBundle';

/** What each file of a bundle begins with: where it is, and `require` for packages that are CommonJS. */
export const banner = `import { createRequire as __switchyardRequire } from 'node:module'; const ${here} = import.meta.url, require = __switchyardRequire(${here});`;

/**
 * Lets a module that asks where it is be told the place that it has in the workspace, with the folder of the bundle for the workspace:
 * `new URL('../package.json', import.meta.url)` in `packages/a/src/main.ts` is then `packages/a/package.json` of the bundle. All code is in
 * the bundle's top folder, for this to be one constant.
 */
export function located(workspace: string): Plugin {
  return {
    name: 'located',
    setup({ onLoad }) {
      onLoad({ filter: /\/(packages|apps)\/[^/]+\/src\/.*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes('import.meta.')) return undefined;
        const url = `new URL(${JSON.stringify(placeOf(workspace, path).replace(/\.ts$/, '.js'))}, ${here}).href`;
        return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' };
      });
      onLoad({ filter: /\/node_modules\/.*\.c?js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!/\b__(dirname|filename)\b/.test(text) || /^import\s/m.test(text)) return undefined;
        const file = `require('node:url').fileURLToPath(new URL(${JSON.stringify(placeOf(workspace, path))}, ${here}))`;
        // On the first line, so that the lines of a stack are those of the package.
        const names = `var __filename = ${file}, __dirname = require('node:path').dirname(__filename);`;
        return { contents: text.startsWith('#!') ? text : text.replace(/^(['"]use strict['"];?)?/, `$1;${names}`), loader: 'js' };
      });
    },
  };
}

function placeOf(workspace: string, path: string): string {
  return `./${relative(workspace, path).split(sep).join('/')}`;
}
