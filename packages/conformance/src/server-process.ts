import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Status } from '@switchyard/protocol';

/** A server in a process of its own. */
export type ServerProcess = {
  /** `http://127.0.0.1:9000` */
  readonly http: string;
  /** `127.0.0.1:5000` */
  readonly grpc: string;
  readonly pid: number;
  /** As soon as it says that it serves. */
  ready(): Promise<void>;
  /** As soon as it says why it does not serve. */
  notReady(reason: RegExp): Promise<string>;
  /** Ends it in order, and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a lack of memory would: at once. */
  kill(): Promise<void>;
};

/**
 * Starts a component's main from its source, on free ports of this machine unless `flags` say otherwise.
 *
 * @example
 *     const runtime = await startServer(new URL('main.ts', import.meta.url), { store: folder, model: 'digits' });
 *     await runtime.ready();
 * @throws Error with its last words where it ends before it listens
 */
export async function startServer(main: URL, flags: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const all = { host: '127.0.0.1', 'http-port': '0', 'grpc-port': '0', 'log-level': 'fatal', ...flags };
  const argv = Object.entries(all).map(([flag, value]) => `--${flag}=${value}`);
  const child = fork(main, argv, { execArgv: ['--conditions=@switchyard/source'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const status = follow(child);
  const { httpPort, grpcPort } = await status(({ httpPort }) => httpPort > 0);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  };
  return {
    http: `http://127.0.0.1:${httpPort}`,
    grpc: `127.0.0.1:${grpcPort}`,
    pid: child.pid as number,
    ready: async () => void (await status(({ ready }) => ready)),
    notReady: async (wanted) => (await status(({ ready, reason = '' }) => !ready && wanted.test(reason))).reason ?? '',
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

/** The last status, be it told already or yet to come, of which `wanted` is true. */
function follow(child: ChildProcess): (wanted: (status: Status) => boolean) => Promise<Status> {
  let last: Status | undefined;
  child.on('message', (message: Status) => {
    if (message.type === 'status') last = message;
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${child.spawnargs.at(1)} ended with ${child.exitCode ?? child.signalCode}; its last word was ${JSON.stringify(last)}`);
  });
  ended.catch(() => {}); // nobody may be waiting
  return async (wanted) => {
    for (;;) {
      if (last && wanted(last)) return last;
      await Promise.race([once(child, 'message'), ended]);
    }
  };
}
