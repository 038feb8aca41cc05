import { ErrorReply } from 'redis';
import { StateError } from './arm-state.ts';
import type { RedisAddress } from './redis-address.ts';

/** What keeps the state from being used, in words that say where and what to do. */
export function redisProblem(error: unknown, { shown, host, database }: RedisAddress, key: string): string {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return `${shown} refuses connections: nothing listens there`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${shown} cannot be reached: there is no host "${host}"`;
  if (error instanceof StateError) return `${shown}, key "${key}": ${message}`;
  if (!isAnswer(error)) return `${shown} cannot be reached: ${message || code}`;
  if (/^WRONGPASS|invalid password/.test(message)) return `${shown} refuses the user or the password (${message})`;
  if (message.startsWith('NOAUTH')) return `${shown} wants a password, and none was given (${message})`;
  if (/without any password configured/.test(message)) return `${shown} has no password, but one was given (${message})`;
  if (/DB index/i.test(message)) return `${shown} has no database ${database} (${message})`;
  if (message.startsWith('WRONGTYPE')) return `${shown} has something else than a router's state under the key "${key}" (${message})`;
  return `${shown} answers: ${message}`;
}

/** Redis heard and said no; anything else may have happened to what it did not answer. */
export const isAnswer = (error: unknown): boolean => error instanceof ErrorReply;

/** What passes by itself: it starts, is busy, or hands over to another. */
export const passes = (error: unknown): boolean =>
  error instanceof ErrorReply && /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY)\b/.test(error.message);

/** It was demoted to a replica: the address leads to another by now. */
export const demoted = (error: unknown): boolean => error instanceof ErrorReply && error.message.startsWith('READONLY');
