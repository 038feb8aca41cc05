import { library } from './library.ts';
import { nativeBackend } from './trace/native-backend.ts';

/** Tensors that TensorFlow.js holds, and those that the native library does. Both stay as they are while a model serves, or something leaks. */
export function tensorsAlive(): { readonly javascript: number; readonly native: number } {
  if (!library.getBackend()) return { javascript: 0, native: 0 }; // nothing has opened it: another library computes
  const backend = nativeBackend();
  return { javascript: library.engine().memory().numTensors, native: typeof backend === 'object' ? backend.binding.getNumOfTensors() : 0 };
}
