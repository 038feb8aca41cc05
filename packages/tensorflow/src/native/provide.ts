import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compileAddOn, libraries } from './add-on.ts';
import { cutLibraries } from './cut.ts';
import { download } from './download.ts';
import { deepFaultOf, libraryFolder, lockOf, readRecord, writeRecord, type LibraryRecord } from './native-library.ts';
import { withLock } from './lock.ts';
import { nodeHeaders, partsOf, protobuf, tfjsNode, type Parts } from './parts.ts';
import { run } from './process.ts';
import { fetchNpmPackage, fetchWheel } from './registry.ts';
import { unzip } from './unzip.ts';

export type ProvideOptions = {
  /** Where the library goes. The cache of this machine's user, unless given. */
  readonly folder?: string;
  readonly parts?: Parts | undefined;
  /** Told what is done, a line at a time. */
  readonly say?: (line: string) => void;
};

const recipe = 3; // raised when the same parts are put together otherwise

/**
 * Sees to it that the native library is there and whole: verifies what is there, digest by digest, and otherwise makes it anew, from
 * upstream's own archive, else from the package registries. Safe to be run by many at once and to be killed at any time: the folder
 * appears in one step, complete, and downloads that were finished are kept for the next try.
 *
 * @returns what is there
 * @throws Error saying, for each source, why it did not do
 */
export async function provideLibrary(options: ProvideOptions = {}): Promise<LibraryRecord> {
  const { folder = libraryFolder(), say = () => {} } = options;
  const platform = `${process.platform}-${process.arch}`;
  const parts = 'parts' in options ? options.parts : partsOf[platform];
  if (parts === undefined) throw new Error(`there is no native library for ${platform}`);
  const key = createHash('sha256')
    .update(JSON.stringify([recipe, platform, tfjsNode, nodeHeaders, protobuf, parts]))
    .digest('hex');
  if ((await deepFaultOf(folder, key)) === undefined) return readRecord(folder) as LibraryRecord;
  return withLock(lockOf(folder), async () => {
    const fault = await deepFaultOf(folder, key); // whoever held the lock before may have done it
    if (fault !== undefined) {
      if (fault.includes('damaged')) say(`the library ${fault}; it is made anew`);
      await make(folder, parts, key, say);
    }
    return readRecord(folder) as LibraryRecord;
  });
}

async function make(folder: string, parts: Parts, key: string, say: (line: string) => void): Promise<void> {
  const downloads = join(dirname(folder), 'downloads');
  const draft = `${folder}.draft`;
  const build = `${folder}.build`; // what is needed to make it, and not to run it
  const clear = () => Promise.all([draft, build].map((each) => rm(each, { recursive: true, force: true })));
  await clear(); // of one that was killed; the lock is ours
  await mkdir(downloads, { recursive: true });
  try {
    await fetchNpmPackage(tfjsNode, downloads, join(build, 'tfjs-node'));
    await fetchNpmPackage(nodeHeaders, downloads, join(build, 'node'));
    await fetchNpmPackage(protobuf, downloads, join(draft, 'tfjs-node', 'node_modules', protobuf.name));
    const source = await fetchTensorFlow(parts, downloads, build, say);
    say('compiling its add-on');
    await compileAddOn(join(build, 'tfjs-node'), [join(build, 'node', 'include'), join(build, 'include')]);
    await assemble(join(build, 'tfjs-node'), join(draft, 'tfjs-node'));
    await cutLibraries(join(draft, 'tfjs-node', libraries));
    await tryOut(draft);
    await writeRecord(draft, key, source);
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    await rm(downloads, { recursive: true, force: true });
  } finally {
    await clear();
  }
}

/** TensorFlow's libraries to `deps/lib` of tfjs-node, its headers to `include`: from the first source that has them. */
async function fetchTensorFlow(parts: Parts, downloads: string, build: string, say: (line: string) => void): Promise<string> {
  const missing: string[] = [];
  for (const source of [fromUpstream, fromWheel]) {
    try {
      return await source(parts, downloads, build, say);
    } catch (error) {
      missing.push((error as Error).message);
      say((error as Error).message);
    }
  }
  throw new Error(missing.join('; '));
}

type Source = typeof fromUpstream;

async function fromUpstream({ upstream }: Parts, downloads: string, build: string, say: (line: string) => void): Promise<string> {
  if (upstream === undefined) throw new Error('upstream has no archive for this platform');
  // the variable and the default are those of the package's own install script
  const storage = process.env['TFJS_NODE_CDN_STORAGE'] ?? 'https://storage.googleapis.com/';
  const address = new URL(upstream.path, storage).href;
  say(`downloading ${address}`);
  const archive = join(downloads, basename(upstream.path));
  await download(address, archive, upstream.sha256);
  const unpacked = join(build, 'upstream');
  await mkdir(unpacked, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', unpacked]);
  const target = join(build, 'tfjs-node', libraries);
  await mkdir(target, { recursive: true });
  for (const name of await readdir(join(unpacked, 'lib'))) {
    // the names that the loader looks for; they are links to the files, whose names have the whole version
    if (/^libtensorflow(_framework)?\.(so\.2|2\.dylib)$/.test(name))
      await copyFile(await realpath(join(unpacked, 'lib', name)), join(target, name));
  }
  await rename(join(unpacked, 'include'), join(build, 'include'));
  return `upstream's ${basename(upstream.path)}`;
}

const fromWheel: Source = async ({ wheel }, downloads, build, say) => {
  if (wheel === undefined) throw new Error('the package registries have no library for this platform');
  say(`fetching the Python package ${wheel.name} ${wheel.version}, which has the library in it: about 210 MB`);
  const path = await fetchWheel(wheel, downloads);
  await unzip(path, build, (name) => {
    const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(name)?.[1];
    if (library !== undefined) return join('tfjs-node', libraries, library);
    const bundled = /^[^/]+\.libs\/([^/]+\.so[^/]*)$/.exec(name)?.[1]; // what the library needs besides: on arm64, OpenMP's
    if (bundled !== undefined) return join('tfjs-node', libraries, bundled);
    const header = /^tensorflow\/(include\/(?:tensorflow\/(?:c|core\/platform|tsl)|tsl)\/.*\.h)$/.exec(name)?.[1];
    return header;
  });
  return `the Python package ${wheel.name} ${wheel.version}`;
};

/** What is needed at run time, and a `@tensorflow/tfjs` that is the one this process has. */
async function assemble(from: string, to: string): Promise<void> {
  for (const part of ['package.json', 'dist', 'lib', 'deps']) {
    if (part === 'deps') await rename(join(from, part), join(to, part)); // half a gigabyte: not copied
    else await cp(join(from, part), join(to, part), { recursive: true, filter: (path) => !/(_test\.js|\.d\.ts)$/.test(path) });
  }
  for (const name of ['tfjs', 'tfjs-core']) {
    const bridge = join(to, 'node_modules', '@tensorflow', name);
    await mkdir(bridge, { recursive: true });
    await writeFile(join(bridge, 'package.json'), `{ "name": "@tensorflow/${name}", "main": "index.js" }\n`);
    await writeFile(join(bridge, 'index.js'), "module.exports = globalThis[Symbol.for('switchyard.tensorflow')];\n");
  }
}

/** A library that does not load can end the process that loads it, so another one does. */
async function tryOut(folder: string): Promise<void> {
  const script = `const { loadLibrary } = await import(${JSON.stringify(import.meta.resolve('./load.ts'))}); loadLibrary(process.argv[1]);`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  await run(process.execPath, [...process.execArgv, '--input-type=module', '--eval', script, folder], { env });
}
