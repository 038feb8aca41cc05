import cluster from 'node:cluster';
import { type ErrorCode, InferenceError } from '@switchyard/protocol';
import type { FromWorker, Outcome, ToWorker } from './messages.ts';

/** The workers that answer on the same ports, this process among them. */
export type Siblings = {
  /** How this process does what any of them asks for. `given` and the result pass as JSON. */
  on(action: string, handle: (given: never) => unknown): void;
  /** Has it done by all, this process included. @throws the first InferenceError of any */
  everywhere<T>(action: string, given?: unknown): Promise<readonly T[]>;
  /** Told once, when they are all to end. */
  onStop(stop: () => void): void;
};

let made: Siblings | undefined;

/** Undefined where this process is no worker. */
export function siblings(): Siblings | undefined {
  if (!cluster.isWorker) return undefined;
  return (made ??= connect());
}

function connect(): Siblings {
  const handlers = new Map<string, (given: never) => unknown>();
  const waiting = new Map<number, (answers: readonly Outcome[]) => void>();
  let last = 0;
  let stop = (): void => {};
  const send = (message: FromWorker): void => void process.send?.(message, undefined, undefined, () => {}); // who is not there needs no answer

  process.on('message', (message: ToWorker) => {
    if (message.type === 'do')
      void perform(message.action, message.given).then((outcome) => send({ type: 'did', id: message.id, ...outcome }));
    if (message.type === 'answers') waiting.get(message.id)?.(message.answers);
    if (message.type === 'stop') stop();
  });

  async function perform(action: string, given: unknown): Promise<Outcome> {
    try {
      return { value: await handlers.get(action)?.(given as never) };
    } catch (thrown) {
      const { code, message } = InferenceError.from(thrown);
      return { error: { code, message } };
    }
  }

  return {
    on: (action, handle) => void handlers.set(action, handle),
    onStop: (told) => void (stop = told),
    async everywhere<T>(action: string, given?: unknown): Promise<readonly T[]> {
      const id = ++last;
      const answers = await new Promise<readonly Outcome[]>((resolve) => {
        waiting.set(id, resolve);
        send({ type: 'ask', id, action, given });
      });
      waiting.delete(id);
      const failed = answers.find(({ error }) => error)?.error;
      if (failed) throw new InferenceError(failed.code as ErrorCode, failed.message);
      return answers.map(({ value }) => value as T);
    },
  };
}
