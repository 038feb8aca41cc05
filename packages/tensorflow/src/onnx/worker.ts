import { serveThread } from '../serve-thread.ts';
import { oneByOne } from './one-by-one.ts';
import { openSession, type Session, type Values } from './session.ts';
import type { ThreadSource } from './thread.ts';

/** The thread of a model. */
await serveThread<readonly Values[]>(async (data, gated) => {
  const { alone, ...source } = data as ThreadSource;
  const model = source.model.slice(); // its memory is shared, which onnxruntime-node does not take
  const opened = await gated(() => openSession({ ...source, model }));
  const each: Session = { run: (inputs) => gated(() => opened.run(inputs)) };
  const session = alone ? oneByOne(each) : each;
  return { answer: (inputs) => session.run(inputs) };
});
