import { createClient } from 'redis';
import type { Client } from './redis-hash.ts';
import type { RedisAddress } from './redis-address.ts';

/** A connection that mends itself. */
export type RedisLink = {
  /** Undefined while there is no connection. */
  client(): Client | undefined;
  /** Connects anew, to whatever the address leads to by now. */
  renew(): void;
  close(): void;
};

export type LinkEvents = { up(): void; down(error: Error): void };

const longestPauseMs = 2000;

/** Waits longer after each failure, and never as long as the other replicas, so that they do not all come back at once. */
const pause = (failures: number): number => Math.min(50 * 2 ** Math.min(failures, 10), longestPauseMs) * (0.5 + Math.random() / 2);

/**
 * Connects in the background, for as long as it takes, and anew where nothing comes for `silenceMs` though something was sent. Commands fail
 * at once while there is no connection; they are not kept.
 */
export function redisLink(address: RedisAddress, silenceMs: number, { up, down }: LinkEvents): RedisLink {
  let closed = false;
  let client = open();

  function open() {
    const { host, port, tls, database, username, password } = address;
    const socket = { host, port, connectTimeout: silenceMs, socketTimeout: silenceMs, reconnectStrategy: pause };
    const opened = createClient({
      socket: tls ? { ...socket, tls } : socket,
      database,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      RESP: 2, // all that is needed, and every server has it
      disableOfflineQueue: true,
    });
    opened.on('ready', () => opened === client && !closed && up());
    opened.on('error', (error: Error) => opened === client && !closed && down(error));
    opened.connect().catch(() => {}); // it was closed meanwhile: all other failures are events
    return opened;
  }

  return {
    client: () => (client.isReady ? client : undefined),
    renew() {
      client.destroy();
      client = open();
    },
    close() {
      closed = true;
      client.destroy();
    },
  };
}
