// What every `npm` script of the workspace runs first: node tools/setup/run.mjs FILE.ts [ARGUMENTS]
//
// It installs the dependencies when they are not, has the native library of TensorFlow set up where FILE wants that, then runs FILE on the workspace's own Node with the sources of our
// packages, not their builds. It is plain JavaScript that works on the machine's Node, before anything is installed.
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';
import { ensureInstalled } from './install.mjs';
import { setUpNativeLibrary, waitForNativeLibrary } from './native.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [file, ...parameters] = process.argv.slice(2);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Switchyard needs Node 20.19 or newer; this is Node ${process.versions.node} (${process.execPath}).`);
} else if (file === undefined) {
  fail('usage: node tools/setup/run.mjs FILE.ts [ARGUMENTS]');
} else {
  try {
    const node = await ensureInstalled(root);
    await prepareTensorFlow(node);
    runChild(node, ['--conditions=@switchyard/source', file, ...parameters], root);
  } catch (error) {
    fail(error.message);
  }
}

/** What trains and serves has the native library of TensorFlow set up beside it; what measures or tests waits for it. */
async function prepareTensorFlow(node) {
  const serves = file === 'apps/cli/src/main.ts' && parameters[0] === 'up';
  const waits = file === 'tools/check.ts' || (file === 'benchmarks/run.ts' && parameters.length > 0);
  if (!serves && !waits) return;
  const setUp = setUpNativeLibrary(root, node);
  if (waits) await waitForNativeLibrary(setUp);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
