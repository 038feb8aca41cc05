// Compiles what is written in C, to WebAssembly: kernel.ts writes each one's .wasm and its text, kernel.ts --check compares them with what is committed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Other versions compile to other bytes. */
const version = '19.1.7';
const [clang, linker] = ['clang-19', 'wasm-ld-19']; // Debian's packages clang-19 and lld-19

const packages = join(import.meta.dirname, '../../packages');
const forest = join(packages, 'forest/src/kernel');

type Kernel = { readonly folder: string; readonly name: string; readonly compile: readonly string[]; readonly link: readonly string[] };

const kernels: readonly Kernel[] = [
  // grows trees, threads share its memory
  {
    folder: forest,
    name: 'kernel',
    compile: ['-matomics'],
    link: ['--shared-memory', '--max-memory=4294967296', '--export=__stack_pointer'],
  },
  // predicts; vectors only where they are written out
  { folder: forest, name: 'reach', compile: ['-msimd128', '-fno-vectorize', '-fno-slp-vectorize'], link: [] },
  // reads numbers of JSON
  { folder: join(packages, 'protocol/src/json/kernel'), name: 'numbers', compile: [], link: [] },
  // looks at the numbers of requests
  {
    folder: join(packages, 'server/src/kernel'),
    name: 'elements',
    compile: ['-msimd128', '-fno-vectorize', '-fno-slp-vectorize'],
    link: [],
  },
  // small dense layers
  {
    folder: join(packages, 'tensorflow/src/dense/kernel'),
    name: 'dense',
    compile: ['-msimd128', '-fno-vectorize', '-fno-slp-vectorize'],
    link: [],
  },
];

const binaryOf = ({ folder, name }: Kernel): string => join(folder, `${name}.wasm`);
const fileOfText = ({ folder, name }: Kernel): string => join(folder, `generated/${name}-base64.ts`);
const textOf = ({ name }: Kernel, wasm: Uint8Array): string =>
  `// ${name}.wasm as text, made by tools/kernel.\nexport const ${name}Base64 =\n  '${Buffer.from(wasm).toString('base64')}';\n`;

function versionHere(): string | undefined {
  try {
    return /version (\S+)/.exec(execFileSync(clang, ['--version'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined; // not installed
  }
}

function compile(kernel: Kernel): Buffer {
  const build = mkdtempSync(join(tmpdir(), 'kernel-'));
  try {
    const [object, wasm] = [join(build, 'kernel.o'), join(build, 'kernel.wasm')];
    const flags = ['-std=c11', '-O3', '-ffreestanding', '-fno-builtin', '-ffp-contract=off', '-mbulk-memory', '-Wall', '-Wextra'];
    execFileSync(clang, ['--target=wasm32', ...flags, ...kernel.compile, '-c', `${kernel.name}.c`, '-o', object], {
      cwd: kernel.folder,
      stdio: 'inherit',
    });
    const memory = ['--import-memory', '--initial-memory=65536', '-zstack-size=4096'];
    execFileSync(linker, ['--no-entry', ...memory, ...kernel.link, '--strip-all', object, '-o', wasm], { stdio: 'inherit' });
    return readFileSync(wasm);
  } finally {
    rmSync(build, { recursive: true });
  }
}

/** What is wrong with what is committed; nothing where all is well. */
function complaint(kernel: Kernel): string | undefined {
  const committed = readFileSync(binaryOf(kernel));
  if (readFileSync(fileOfText(kernel), 'utf8') !== textOf(kernel, committed))
    return `${fileOfText(kernel)} is not ${kernel.name}.wasm as text`;
  if (versionHere() !== version) return undefined;
  return compile(kernel).equals(committed) ? undefined : `${binaryOf(kernel)} is not what ${kernel.name}.c compiles to`;
}

if (process.argv.includes('--check')) {
  const here = versionHere();
  if (here !== version) console.log(`kernels: not compiled again, for that needs ${clang} ${version}; here is ${here ?? 'none'}`);
  for (const kernel of kernels) {
    const wrong = complaint(kernel);
    console.log(wrong ?? `${kernel.name}: as committed`);
    if (wrong !== undefined) process.exitCode = 1;
  }
} else {
  for (const kernel of kernels) {
    const wasm = compile(kernel);
    writeFileSync(binaryOf(kernel), wasm);
    writeFileSync(fileOfText(kernel), textOf(kernel, wasm));
    console.log(`${kernel.name}.wasm: ${wasm.length} bytes`);
  }
}
