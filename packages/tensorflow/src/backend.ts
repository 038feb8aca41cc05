import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import util from 'node:util';
import { library } from './library.ts';
import { loadLibrary } from './native/load.ts';
import { faultOf, libraryFolder } from './native/native-library.ts';
import { tfjsNode } from './native/parts.ts';
import { speedUpTransposedMatmul } from './wasm-matmul.ts';

/** What computes: TensorFlow's own C library, WebAssembly, or JavaScript alone. */
export type Backend = 'native' | 'wasm' | 'plain';

/** Starts one backend and says what it is. Throws, in words, where it cannot be had on this machine. */
type Start = () => Promise<string>;

/** Best first. */
export const backends: Readonly<Record<Backend, Start>> = {
  native: startNative,
  wasm: startWasm,
  plain: startPlain,
};

const nativePackage: string = '@tensorflow/tfjs-node'; // a variable: the package is optional, so the compiler must not look for it

async function startNative(): Promise<string> {
  restoreUtil();
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // warnings of the C library would go to the terminal
  const folder = libraryFolder();
  const fault = faultOf(folder);
  const what = fault === undefined ? loadOurs(folder) : await loadInstalled(fault);
  await use('tensorflow');
  return what;
}

/** The library that our set-up made. */
function loadOurs(folder: string): string {
  try {
    return `${nativePackage} ${tfjsNode.version} on TensorFlow ${loadLibrary(folder).version}`;
  } catch (error) {
    throw new Error(`the library in ${folder} does not load: ${firstLine(error)}`, { cause: error });
  }
}

/** What the user installed in place of it. */
async function loadInstalled(fault: string): Promise<string> {
  const { version } = (await import(nativePackage).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes(nativePackage);
    throw new Error(missing ? `its library ${fault}` : `${nativePackage} does not load: ${firstLine(error)}`, { cause: error });
  })) as { version: Record<string, string> };
  return `${nativePackage} ${version['tfjs-node'] ?? ''}, as installed`;
}

/** tfjs-node 4.22 calls functions of `node:util` that newer Nodes drop one by one, and of which they warn before. */
function restoreUtil(): void {
  const still = {
    isArray: Array.isArray,
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  };
  Object.assign(util, still);
}

async function startWasm(): Promise<string> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(join(dirname(manifest), 'dist') + sep); // all that an image has of the package besides its code
  const restore = keepErrorHandlers();
  try {
    await use('wasm');
  } finally {
    restore();
  }
  speedUpTransposedMatmul();
  return `WebAssembly${library.env().getBool('WASM_HAS_SIMD_SUPPORT') ? ' with SIMD' : ''}, one thread`;
}

/**
 * The WASM module installs handlers on the process that throw whatever reaches them: an error of anyone's then ends the process with
 * this module's source in place of its own stack. Removes them: what errors do is the application's to decide.
 */
function keepErrorHandlers(): () => void {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.rawListeners(event)));
  return () => {
    for (const [index, event] of events.entries()) {
      for (const listener of process.rawListeners(event)) {
        const rethrows = /ExitStatus|throw reason/.test(String(listener));
        if (rethrows && !before[index]?.has(listener)) process.removeListener(event, listener as () => void);
      }
    }
  };
}

async function startPlain(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu');
  await use('cpu');
  return 'JavaScript, one thread';
}

/** @param name as TensorFlow.js has it */
async function use(name: string): Promise<void> {
  if (library.findBackendFactory(name) === null) {
    throw new Error(`backend "${name}" registered with another copy of @tensorflow/tfjs-core; one version of it must serve all`);
  }
  if (!(await library.setBackend(name))) throw new Error(`backend "${name}" does not start on this machine`);
}

export function firstLine(error: unknown): string {
  return (
    String(error instanceof Error ? error.message : error)
      .split('\n', 1)[0]
      ?.trim() ?? ''
  );
}
