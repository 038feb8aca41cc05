import { expect } from 'vitest';
import type { Store } from '../store.ts';
import { startPublisher } from './start-publisher.ts';

/**
 * Lets processes publish "letters" at once, each so many times: each gets versions of its own, none is lost, all are sound, and latest only
 * ever goes up, to the highest.
 *
 * @param uri of the same store, for the processes.
 */
export async function racePublishers(store: Store, uri: string, count: number, times: number): Promise<void> {
  const publishers = Array.from({ length: count }, () => startPublisher(uri, 'letters', times));
  for (const { go } of publishers) go();
  const ended = Promise.all(publishers.map((each) => each.ended));
  const race = { over: false };
  void ended.then(() => (race.over = true));
  const seen: number[] = [];
  while (!race.over) {
    seen.push(Number((await store.latest('letters')) ?? 0));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const outcomes = await ended;
  expect(outcomes.every(({ code }) => code === 0)).toBe(true);
  const versions = outcomes.flatMap(({ output }) => output.trim().split('\n').slice(1)).map(Number);
  const all = Array.from({ length: count * times }, (_, index) => index + 1);
  expect(versions.toSorted((a, b) => a - b)).toEqual(all);
  expect(await store.versions('letters')).toEqual(all.map(String)); // by number: 9 before 10
  expect(await store.latest('letters')).toBe(String(count * times));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  for (const version of all) expect(await store.verify({ name: 'letters', version: String(version) })).toEqual([]);
}
