import { createRequire } from 'node:module';
import { join } from 'node:path';
import { library } from '../library.ts';

/** What tfjs-node's add-on and its backend are to us. */
type Loaded = { readonly version: string };

/**
 * Loads the library in `folder` and registers its backend, `tensorflow`, with this process's own TensorFlow.js. tfjs-node's JavaScript is
 * loaded file by file, not by its index: that brings a second TensorFlow.js, and looks for the add-on elsewhere.
 */
export function loadLibrary(folder: string): Loaded {
  const require = createRequire(join(folder, 'tfjs-node', 'dist', 'index.js'));
  (globalThis as Record<symbol, unknown>)[Symbol.for('switchyard.tensorflow')] = library;
  const binding = require('../lib/napi-v8/tfjs_binding.node') as { TF_Version: string };
  const { NodeJSKernelBackend } = require('./nodejs_kernel_backend.js') as { NodeJSKernelBackend: new (...given: unknown[]) => never };
  void require('./register_all_kernels.js'); // as it says
  library.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  return { version: binding.TF_Version };
}
