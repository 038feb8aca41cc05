import { StateError } from './arm-state.ts';

/** Where a Redis, or a Valkey, answers. */
export type RedisAddress = {
  /** Without user and password, for messages: `redis://host:6379/0`. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
};

export const isRedis = (state: string): boolean => /^rediss?:/.test(state);

const form = 'redis://[user[:password]@]host[:port][/database], or rediss:// for TLS';

/**
 * Reads `redis://[user[:password]@]host[:port][/database]`. A `password` given apart comes before the one in the text.
 * @throws StateError; it never says the password
 */
export function parseRedisAddress(text: string, password?: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isRedis(text) || url.hostname === '') throw new StateError(`the state's address is not ${form}`);
  const { hostname, username, protocol, search, hash } = url;
  const tls = protocol === 'rediss:';
  const port = url.port === '' ? 6379 : Number(url.port);
  const path = url.pathname.replace(/^\/$/, '').slice(1);
  const shown = `${protocol}//${hostname}:${port}/${path || 0}`;
  if (!/^\d*$/.test(path)) throw new StateError(`the state's address ${shown} names the database "${path}"; it is a number`);
  if (search !== '' || hash !== '') throw new StateError(`the state's address ${shown} goes on with "${search}${hash}"; it is ${form}`);
  const secret = password ?? decode(url.password, shown);
  return {
    shown,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    tls,
    database: Number(path),
    ...(username !== '' && { username: decode(username, shown) }),
    ...(secret !== '' && { password: secret }),
  };
}

function decode(text: string, shown: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StateError(`the user or the password of ${shown} has a % that begins no escape; write it as %25`);
  }
}
