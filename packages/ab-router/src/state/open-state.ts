import { join } from 'node:path';
import type { Logger } from '@switchyard/server';
import { type ArmState, memoryState, StateError } from './arm-state.ts';
import { fileState } from './file-state.ts';
import { isRedis, parseRedisAddress } from './redis-address.ts';
import { redisKey } from './redis-hash.ts';

export type StateOptions = {
  /** A directory, for one process; or `redis://[user[:password]@]host[:port][/database]`, for any number. Without one, memory. */
  readonly state?: string;
  /** Of Redis; comes before one in the address. */
  readonly statePassword?: string;
  /** How long a reward may wait for Redis. Default 10 s. */
  readonly stateTimeoutMs?: number;
  /** Rewards that may wait for Redis at once. Default 10,000. */
  readonly mostWaiting?: number;
  readonly log?: Logger;
};

/** Whose state it is. */
export type StateOwner = { readonly namespace: string; readonly deployment: string; readonly predictor: string; readonly unit: string };

/**
 * Opens what a bandit has learned. A Redis need not be there yet: that is for `ready()` to say.
 * @throws StateError where the address cannot be read, or the file
 */
export async function openState({ namespace, deployment, predictor, unit }: StateOwner, options: StateOptions): Promise<ArmState> {
  const { state, statePassword, stateTimeoutMs, mostWaiting, log } = options;
  if (state === undefined) return memoryState();
  if (isRedis(state)) {
    const address = parseRedisAddress(state, statePassword);
    const { redisState } = await import('./redis-state.ts'); // its library costs half a second and 28 MB, which others need not spend
    return redisState({
      address,
      key: redisKey(namespace, deployment, predictor, unit),
      ...(stateTimeoutMs !== undefined && { waitMs: stateTimeoutMs }),
      ...(mostWaiting !== undefined && { mostWaiting }),
      ...(log !== undefined && { log }),
    });
  }
  const [scheme] = /^[a-z][\w+.-]*:\/\//i.exec(state) ?? [];
  if (scheme !== undefined) throw new StateError(`the state is kept in a directory, or at redis:// or rediss://, not at ${scheme}`);
  return fileState(join(state, `${encodeURIComponent(`${predictor}.${unit}`)}.jsonl`));
}

/** The setting as it may be logged. */
export function shownState(state: string): string {
  return isRedis(state) ? parseRedisAddress(state).shown : state;
}
