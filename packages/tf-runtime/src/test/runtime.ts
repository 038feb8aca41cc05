import type { Status } from '@switchyard/server';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The runtime in a process of its own. */
export type Runtime = {
  readonly http: string;
  readonly grpc: string;
  /** As soon as it says that it serves. */
  ready(): Promise<void>;
  /** As soon as it says why it does not serve. */
  notReady(reason: RegExp): Promise<string>;
  /** Ends it in order, and gives its exit code. */
  stop(): Promise<number | null>;
};

export async function startRuntime(folder: string, model = 'digits'): Promise<Runtime> {
  const flags = [
    '--store',
    folder,
    '--model',
    model,
    '--host',
    '127.0.0.1',
    '--http-port',
    '0',
    '--grpc-port',
    '0',
    '--log-level',
    'fatal',
  ];
  const main = fileURLToPath(import.meta.resolve('../main.ts'));
  const child = fork(main, flags, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const status = follow(child);
  const { httpPort, grpcPort } = await status(({ httpPort }) => httpPort > 0);
  return {
    http: `http://127.0.0.1:${httpPort}`,
    grpc: `127.0.0.1:${grpcPort}`,
    ready: async () => void (await status(({ ready }) => ready)),
    notReady: async (wanted) => (await status(({ ready, reason = '' }) => !ready && wanted.test(reason))).reason ?? '',
    stop: async () => {
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    },
  };
}

/** The first status, be it past or to come, of which `wanted` is true. */
function follow(child: ChildProcess): (wanted: (status: Status) => boolean) => Promise<Status> {
  const told: Status[] = [];
  child.on('message', (message: Status) => {
    if (message.type === 'status') told.push(message);
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the runtime ended with ${child.exitCode}; its last word was ${JSON.stringify(told.at(-1))}`);
  });
  ended.catch(() => {}); // nobody may be waiting
  return async (wanted) => {
    for (;;) {
      const last = told.at(-1);
      if (last && wanted(last)) return last;
      await Promise.race([once(child, 'message'), ended]);
    }
  };
}
