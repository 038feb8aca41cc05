// Compiles the forest's kernel: kernel.ts writes kernel.wasm and its text, kernel.ts --check compares them with what is committed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Other versions compile to other bytes. */
const version = '19.1.7';
const [clang, linker] = ['clang-19', 'wasm-ld-19']; // Debian's packages clang-19 and lld-19

const folder = join(import.meta.dirname, '../../packages/forest/src/kernel');
const binary = join(folder, 'kernel.wasm');
const text = join(folder, 'generated/kernel-base64.ts');

const textOf = (wasm: Uint8Array): string =>
  `// kernel.wasm as text, made by tools/kernel.\nexport const kernelBase64 =\n  '${Buffer.from(wasm).toString('base64')}';\n`;

function versionHere(): string | undefined {
  try {
    return /version (\S+)/.exec(execFileSync(clang, ['--version'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined; // not installed
  }
}

function compile(): Buffer {
  const build = mkdtempSync(join(tmpdir(), 'kernel-'));
  try {
    const [object, wasm] = [join(build, 'kernel.o'), join(build, 'kernel.wasm')];
    const flags = [
      '-std=c11',
      '-O3',
      '-ffreestanding',
      '-fno-builtin',
      '-ffp-contract=off',
      '-matomics',
      '-mbulk-memory',
      '-Wall',
      '-Wextra',
    ];
    execFileSync(clang, ['--target=wasm32', ...flags, '-c', 'kernel.c', '-o', object], { cwd: folder, stdio: 'inherit' });
    const memory = ['--import-memory', '--shared-memory', '--initial-memory=65536', '--max-memory=4294967296', '-zstack-size=4096'];
    execFileSync(linker, ['--no-entry', ...memory, '--export=__stack_pointer', '--strip-all', object, '-o', wasm], { stdio: 'inherit' });
    return readFileSync(wasm);
  } finally {
    rmSync(build, { recursive: true });
  }
}

/** What is wrong with what is committed; nothing where all is well. */
function complaint(): string | undefined {
  const committed = readFileSync(binary);
  if (readFileSync(text, 'utf8') !== textOf(committed)) return `${text} is not kernel.wasm as text`;
  const here = versionHere();
  if (here !== version) {
    console.log(`kernel: not compiled again, for that needs ${clang} ${version}; here is ${here ?? 'none'}`);
    return undefined;
  }
  return compile().equals(committed) ? undefined : `${binary} is not what kernel.c compiles to`;
}

if (process.argv.includes('--check')) {
  const wrong = complaint();
  console.log(wrong ?? 'kernel: as committed');
  process.exitCode = wrong === undefined ? 0 : 1;
} else {
  const wasm = compile();
  writeFileSync(binary, wasm);
  writeFileSync(text, textOf(wasm));
  console.log(`kernel.wasm: ${wasm.length} bytes`);
}
