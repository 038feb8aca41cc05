import { Worker } from 'node:worker_threads';
import { InferenceError } from '@switchyard/protocol';
import { closeGate, newGate, type Gate } from './gate.ts';
import { TensorFlowError } from './tensorflow-error.ts';

/** What goes to a thread and comes from it: tensors, in any form that has its numbers as `data`. */
export type Values = readonly { readonly data: unknown }[];

export type Thread<V extends Values> = {
  /**
   * Answers in the thread, one call after the other. The inputs' memory is not the caller's any more.
   * @throws InferenceError RESOURCE_EXHAUSTED where too many calls wait, UNAVAILABLE where the thread dies; `refusal` of what it throws
   */
  run(inputs: V): Promise<V>;
  /** Ends it when its calls are through: in the middle of one, the end of the thread would be that of the process. */
  dispose(): void;
};

export type ThreadSource = {
  /** The thread's module, which calls `serveThread`. */
  readonly program: URL;
  /** What it is started with. */
  readonly data: unknown;
  /** Who refuses what, where it does not start, as "onnxruntime refuses model.onnx". */
  readonly refuses: string;
  /** What a client is told of an error in a call. */
  refusal(message: string): Error;
};

/** What the thread itself gets. */
export type ThreadStart = { readonly data: unknown; readonly gate: Gate };

export type ThreadRequest<V extends Values> = { readonly id: number; readonly inputs: V } | 'end';
export type ThreadAnswer<V extends Values> =
  | 'ready'
  | { readonly id: number; readonly outputs: V }
  | { readonly id: number; readonly error: string };

/** Calls that may wait for a thread. */
export const mostWaiting = 1024;

const worthIt = 65_536; // bytes: less is copied in less time than given away

/** The memory of values that is to be given away with them; what is not is copied. */
export const buffersOf = (values: Values): ArrayBuffer[] =>
  values.flatMap(({ data }) => (ArrayBuffer.isView(data) && data.byteLength >= worthIt ? [data.buffer as ArrayBuffer] : []));

/** Bytes in memory that threads share: not once more for a thread, and for the next one if that dies. */
export function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** A module beside another one, which runs on its own: from sources, or built. */
export const programBeside = (url: string, name: string): URL => new URL(`./${name}.${url.endsWith('.ts') ? 'ts' : 'js'}`, url);

/**
 * Starts the thread of a model and waits until it has loaded it. A thread that dies fails its calls, and the next call starts another; one that
 * dies again before it has answered does so after a while, of a second doubled up to a minute.
 *
 * @throws TensorFlowError where it does not start
 */
export async function startThread<V extends Values>(source: ThreadSource): Promise<Thread<V>> {
  const waiting = new Map<number, PromiseWithResolvers<V>>();
  let worker: Worker | undefined;
  let next = 0;
  let deaths = 0; // since the last answer
  let restart = { at: 0, why: '' };

  function start(): Worker {
    const gate = newGate();
    const leave = (): void => closeGate(gate);
    process.on('exit', leave);
    const started = new Worker(source.program, { workerData: { data: source.data, gate } satisfies ThreadStart });
    started.on('message', (answer: ThreadAnswer<V>) => {
      if (answer === 'ready') return;
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      deaths = 0;
      if (waiting.size === 0) started.unref();
      if ('error' in answer) call?.reject(source.refusal(answer.error));
      else call?.resolve(answer.outputs);
    });
    const end = (why: string): void => {
      if (worker !== started) return;
      worker = undefined;
      const pause = deaths === 0 ? 0 : Math.min(2 ** (deaths - 1), 60);
      deaths++;
      restart = { at: performance.now() + pause * 1000, why };
      for (const { reject } of waiting.values()) reject(new InferenceError('UNAVAILABLE', `the thread of the model died: ${why}`));
      waiting.clear();
    };
    started.once('error', (error) => end(error instanceof Error ? error.message : String(error)));
    started.once('exit', (code) => {
      process.off('exit', leave);
      end(`it ended with code ${code}`);
    });
    return started;
  }

  async function run(inputs: V): Promise<V> {
    if (waiting.size >= mostWaiting)
      throw new InferenceError('RESOURCE_EXHAUSTED', `${mostWaiting} calls wait for the thread of the model, and no more may`);
    if (worker === undefined && performance.now() < restart.at)
      throw new InferenceError(
        'UNAVAILABLE',
        `the thread of the model died before it had answered, and is not started again yet: ${restart.why}`,
      );
    worker ??= start();
    worker.ref(); // a call under way keeps the process
    const call = Promise.withResolvers<V>();
    const id = next++;
    waiting.set(id, call);
    worker.postMessage({ id, inputs } satisfies ThreadRequest<V>, buffersOf(inputs));
    return call.promise;
  }

  worker = start();
  await ready(worker, source.refuses);
  worker.unref();
  return { run, dispose: () => worker?.postMessage('end' satisfies ThreadRequest<V>, []) };
}

function ready(worker: Worker, refuses: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const refuse = (why: string): void => reject(new TensorFlowError(`${refuses}: ${why}`));
  worker.once('message', () => resolve());
  worker.once('error', (error) => refuse(error instanceof Error ? error.message : String(error)));
  worker.once('exit', (code) => refuse(`its thread ended with code ${code}`));
  return promise;
}
