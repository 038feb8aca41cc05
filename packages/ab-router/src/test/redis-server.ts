import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished, test } from 'vitest';
import { deadPort } from './harness.ts';

/**
 * A test that needs a `redis-server` on the PATH. Where there is none it is left out, and `npm test` says so: the project asks for nothing but
 * Node and npm. CI installs it, and fails without.
 */
export const redisTest: ReturnType<typeof test.skipIf> = test.skipIf(
  !process.env['CI'] && spawnSync('redis-server', ['--version']).status !== 0,
);

/** A real Redis, of a directory and a port of its own, that lives as long as the test. */
export type RedisServer = {
  readonly port: number;
  readonly url: string;
  /** Ends it, by `signal`; what it has on disk stays. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The same server again. */
  start(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** One command, as `redis-cli` takes it; the answer as it came, RESP 2. */
  command(...words: string[]): Promise<string>;
};

/**
 * Starts `redis-server`, with a log on disk of every write unless `more` says otherwise.
 * @throws where there is none on the PATH
 */
export async function redisServer(...more: string[]): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await deadPort();
  const standard = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'];
  const password = more.includes('--requirepass') ? more[more.indexOf('--requirepass') + 1] : undefined;
  let running: ChildProcess | undefined;

  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const child = spawn('redis-server', [...standard, ...more], { stdio: 'ignore' });
      await once(child, 'spawn').catch((cause: unknown) => {
        throw new Error('there is no redis-server on the PATH: install Redis 6.2 or later (apt-get install redis-server)', { cause });
      });
      running = child;
      while (!(await server.command('PING').catch(() => '')).startsWith('+PONG')) {
        if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
        await pause(20);
      }
    },
    async stop(signal = 'SIGTERM') {
      const child = running;
      running = undefined;
      if (child === undefined || child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill(signal);
      await ended;
    },
    signal: (signal) => void running?.kill(signal),
    command: (...words) => command(port, words, password),
  };
  onTestFinished(async () => {
    await server.stop('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  await server.start();
  return server;
}

/** Says it on a connection of its own, and QUIT behind it, so that the end of the answer is the end of the connection. */
async function command(port: number, words: readonly string[], password: string | undefined): Promise<string> {
  const encode = (list: readonly string[]): string =>
    `*${list.length}\r\n${list.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
  const socket = connect(port, '127.0.0.1');
  if (password !== undefined) socket.write(encode(['AUTH', password]));
  socket.write(encode(words) + encode(['QUIT']));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [, answer = ''] =
    (password === undefined ? /^([^]*)\+OK\r\n$/ : /^\+OK\r\n([^]*)\+OK\r\n$/).exec(Buffer.concat(chunks).toString()) ?? [];
  return answer;
}
