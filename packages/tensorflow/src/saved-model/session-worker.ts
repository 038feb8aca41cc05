import type { Tensor } from '@switchyard/protocol';
import { serveThread } from '../serve-thread.ts';
import { openTensorFlow } from '../tensorflow.ts';
import { nativeBackend } from '../trace/native-backend.ts';
import { inFolder } from './in-folder.ts';
import type { SessionThreadSource } from './session-thread.ts';
import { openSession } from './session.ts';

/** The thread of a SavedModel. It runs whole graphs only: see `fitsThread`. */
await serveThread<readonly Tensor[]>(async (data, gated) => {
  const { files, signature } = data as SessionThreadSource;
  await openTensorFlow({ backend: 'native' });
  const backend = nativeBackend();
  if (typeof backend !== 'object') throw new Error(backend);
  const model = await inFolder(files, (home) => gated(async () => openSession(backend, home, signature)));
  return { answer: (inputs) => gated(async () => model.predict(inputs)), dispose: () => model.dispose() };
});
