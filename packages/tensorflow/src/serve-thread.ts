import { parentPort, workerData } from 'node:worker_threads';
import { through } from './gate.ts';
import { buffersOf, type ThreadAnswer, type ThreadRequest, type ThreadStart, type Values } from './thread.ts';

/** Does work of native code, with which the process does not end in the middle. */
export type Gated = <T>(work: () => Promise<T>) => Promise<T>;
export type Served<V extends Values> = { answer(inputs: V): Promise<V>; dispose?(): void };

/**
 * What a thread of `startThread` does: opens a model, says that it is ready, and answers one call after the other, until it is told to end.
 *
 * @param open gets the source's `data`
 */
export async function serveThread<V extends Values>(open: (data: unknown, gated: Gated) => Promise<Served<V>>): Promise<void> {
  const { data, gate } = workerData as ThreadStart;
  const { answer, dispose } = await open(data, (work) => through(gate, work));
  const port = parentPort as NonNullable<typeof parentPort>;
  let turn = Promise.resolve();

  async function take(id: number, inputs: V): Promise<void> {
    try {
      const outputs = await answer(inputs);
      port.postMessage({ id, outputs } satisfies ThreadAnswer<V>, buffersOf(outputs));
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies ThreadAnswer<V>);
    }
  }

  function end(): void {
    dispose?.();
    port.close();
  }

  port.on('message', (request: ThreadRequest<V>) => {
    if (request === 'end') return void turn.then(end);
    const { id, inputs } = request;
    turn = turn.then(() => take(id, inputs));
  });
  port.postMessage('ready' satisfies ThreadAnswer<V>);
}
