import { type Backend, backends, firstLine } from './backend.ts';
import { type Library, library } from './library.ts';
import { TensorFlowError } from './tensorflow-error.ts';

export type TensorFlow = {
  /** TensorFlow.js, as everyone knows it. */
  readonly tf: Library;
  readonly backend: Backend;
  /** Which implementation that is, and why no better one was taken. */
  readonly reason: string;
  /** Somebody wanted this backend and no other. */
  readonly asked: boolean;
};

let opened: Promise<TensorFlow> | undefined;

/**
 * Opens TensorFlow on the best backend there is: the native library, else WebAssembly, else plain JavaScript; or on the one asked for (`auto`: none).
 * A process has one backend: the first call decides, later ones get the same.
 *
 * @example
 *     const { tf, backend } = await openTensorFlow();
 *     tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()); // [3, 3, 3, 3]
 * @throws TensorFlowError where the backend asked for is not there, or another one is already in use.
 */
export async function openTensorFlow({ backend = 'auto' }: { readonly backend?: Backend | 'auto' } = {}): Promise<TensorFlow> {
  const wanted = backend === 'auto' ? undefined : backend;
  if (wanted !== undefined && !Object.hasOwn(backends, wanted)) {
    throw new TensorFlowError(`there is no TensorFlow backend "${wanted}"; the backends are ${Object.keys(backends).join(', ')}`);
  }
  opened ??= start(wanted).catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  const tensorflow = await opened;
  if (wanted === undefined || wanted === tensorflow.backend) return tensorflow;
  throw new TensorFlowError(`TensorFlow runs on backend "${tensorflow.backend}" in this process; "${wanted}" needs a process of its own`);
}

async function start(wanted: Backend | undefined): Promise<TensorFlow> {
  library.enableProdMode(); // no banners on the terminal
  const missing: string[] = [];
  for (const backend of wanted ? [wanted] : (Object.keys(backends) as Backend[])) {
    try {
      const what = await backends[backend]();
      const reason = [what, wanted ? 'as asked for' : '', ...missing].filter(Boolean).join('; ');
      return { tf: library, backend, reason, asked: wanted !== undefined };
    } catch (error) {
      missing.push(`no ${backend} backend: ${firstLine(error)}`);
    }
  }
  throw new TensorFlowError(`TensorFlow cannot start; ${missing.join('; ')}`);
}
