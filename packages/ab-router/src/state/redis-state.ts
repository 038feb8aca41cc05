import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { InferenceError } from '@switchyard/protocol';
import { silentLogger, type Logger } from '@switchyard/server';
import type { ArmState, Totals } from './arm-state.ts';
import type { RedisAddress } from './redis-address.ts';
import { demoted, isAnswer, passes, redisProblem } from './redis-error.ts';
import { addBatch, type Client, decodeTotals, type Fields, readFields, restore } from './redis-hash.ts';
import { redisLink } from './redis-link.ts';
import { type Batch, rewardQueue } from './reward-queue.ts';

export type RedisStateOptions = {
  readonly address: RedisAddress;
  /** Of the hash, as `redisKey` makes it. */
  readonly key: string;
  /** Rewards that may wait for Redis at once. Default 10,000. */
  readonly mostWaiting?: number;
  /** How long a reward may wait for Redis. Default 10 s. */
  readonly waitMs?: number;
  /** A Redis that is asked and says nothing for so long is given up, and connected anew. Default 5 s. */
  readonly silenceMs?: number;
  readonly log?: Logger;
};

const tickMs = 100;
const idleMs = 1000;
const closeMs = 2000;

/**
 * State in a hash of Redis or Valkey, which all replicas of a router add to. Each chooses by a copy of its own, so no prediction waits for
 * Redis: the copy is what Redis answered to the last reward from here, and is read anew 10 times a second while it is used, once a second
 * while it is not.
 *
 * While Redis is away, rewards wait for it, bounded in number and time, and the copy goes on to be used. What was sent and not answered is
 * sent again under its number, so that it counts once. A Redis that comes back with nothing is given the copy.
 *
 * @example
 *     const address = parseRedisAddress('redis://localhost');
 *     const state = redisState({ address, key: redisKey('default', 'digits', 'main', 'eg-router') });
 *     await state.append({ arm: 'forest', rows: 1, micros: 500_000 });
 */
export function redisState(options: RedisStateOptions): ArmState {
  const { address, key, mostWaiting = 10_000, waitMs = 10_000, silenceMs = 5000, log = silentLogger } = options;
  const writer = randomUUID();
  let totals: Totals = new Map();
  let loaded = false;
  let fresh = false; // whether this connection was read from since it is there
  let used = false;
  let readAt = 0;
  let busy = false;
  let problem: string | undefined = `${address.shown} has not answered yet`;
  let refusal: string | undefined;

  const queue = rewardQueue({ most: mostWaiting, waitMs, why: () => problem ?? `${address.shown} is slow` });
  const link = redisLink(address, silenceMs, {
    up: () => void work(),
    down(error) {
      fresh = false;
      trouble(error);
    },
  });
  const timer = setInterval(() => {
    queue.expire();
    void work();
  }, tickMs).unref();

  function trouble(error: unknown): void {
    const words = redisProblem(error, address, key);
    if (problem !== words) log.warn({ state: key }, loaded ? `${words}; choosing by what is known, rewards wait` : words);
    problem = words;
  }

  function adopt(fields: Fields): void {
    totals = decodeTotals(fields);
    readAt = performance.now();
    if (problem !== undefined) log.info({ state: key, arms: totals.size }, `${address.shown} keeps what is learned`);
    problem = undefined;
  }

  async function begin(client: Client): Promise<void> {
    if (loaded && (await restore(client, key, totals)))
      log.warn({ state: key }, `${address.shown} came back without what was learned; wrote it anew from the copy here`);
    adopt(await readFields(client, key));
    loaded = fresh = true;
  }

  async function lookAnew(client: Client): Promise<void> {
    if (performance.now() - readAt < (used ? tickMs / 2 : idleMs)) return; // half, or every other tick would come a moment too early
    used = false;
    adopt(await readFields(client, key));
  }

  /** What Redis refuses for good is told to those who wait; all else stays, to be sent again. */
  async function flush(client: Client): Promise<void> {
    for (let batch = queue.batch(); batch !== undefined; batch = queue.batch()) {
      try {
        const fields = await addBatch(client, key, { writer, ...batch });
        refusal = undefined;
        batch.settle();
        adopt(fields); // before any of those who waited goes on
      } catch (error) {
        if (!isAnswer(error) || passes(error)) throw error;
        return refuse(batch, error);
      }
    }
  }

  function refuse(batch: Batch, error: unknown): void {
    const words = redisProblem(error, address, key);
    if (refusal !== words) log.warn({ state: key }, `a reward does not count: ${words}`);
    refusal = words;
    batch.settle(new InferenceError('UNAVAILABLE', `this reward does not count: ${words}`, { cause: error }));
  }

  /** One thing at a time, so that what Redis answered last is the newest. */
  async function work(): Promise<void> {
    const client = link.client();
    if (busy || client === undefined) return;
    busy = true;
    try {
      if (fresh) await lookAnew(client);
      else await begin(client);
      await flush(client);
    } catch (error) {
      failed(error);
    }
    busy = false;
  }

  function failed(error: unknown): void {
    const lost = !isAnswer(error) && link.client() === undefined; // the link has said why
    if (!lost) trouble(error);
    if (!demoted(error)) return;
    fresh = false;
    link.renew();
  }

  return {
    totals() {
      used = true;
      return totals;
    },
    async append(reward, signal) {
      const counted = queue.add(reward, signal);
      void work();
      await counted;
    },
    ready: () => loaded || { reason: `what was learned before is not loaded: ${problem}` },
    async close() {
      const until = performance.now() + closeMs;
      while (queue.batch() !== undefined && link.client() !== undefined && performance.now() < until) await pause(tickMs / 4);
      clearInterval(timer);
      queue.close();
      link.close();
    },
  };
}
