import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';

test('the generated code is what generate.mjs makes of proto/', () => {
  execFileSync(process.execPath, [join(import.meta.dirname, '../generate.mjs'), '--check'], { stdio: ['ignore', 'ignore', 'pipe'] });
});
