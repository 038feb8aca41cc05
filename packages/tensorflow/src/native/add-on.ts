import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { firstCommand, run } from './process.ts';

/** Where tfjs-node has its add-on and TensorFlow's own libraries, below its package: the add-on finds them from where it is. */
export const addOn = 'lib/napi-v8/tfjs_binding.node';
export const libraries = 'deps/lib';

/**
 * Compiles the add-on of tfjs-node from its package's own sources, against the libraries in its `deps/lib`.
 * About 7 s of one core, once.
 *
 * @param headers folders with TensorFlow's C headers, and with Node's
 * @throws Error where there is no C++ compiler
 */
export async function compileAddOn(tfjsNode: string, headers: readonly string[]): Promise<void> {
  const compilers = [process.env['CXX'], 'c++', 'g++', 'clang++'].filter((each) => each !== undefined && each !== '');
  const compiler = await firstCommand(compilers.map((each) => [each as string]));
  if (compiler === undefined) throw new Error('a C++ compiler (c++, g++ or clang++) is needed, and is not there');
  const target = join(tfjsNode, addOn);
  await mkdir(dirname(target), { recursive: true });
  const folder = join(tfjsNode, libraries);
  const linked = (await readdir(folder)).map((name) => join(folder, name));
  await run(compiler[0] as string, [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    '-w', // warnings of sources that are not ours
    '-DNAPI_VERSION=8',
    ...[tfjsNode, ...headers].flatMap((each) => ['-I', each]),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(tfjsNode, 'binding', name)),
    ...linked,
    ...(process.platform === 'darwin'
      ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path/../../deps/lib']
      : ['-Wl,-rpath,$ORIGIN/../../deps/lib']),
    '-o',
    target,
  ]);
}
