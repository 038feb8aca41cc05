import { expect, test } from 'vitest';
import { reconnect } from './reconnect.ts';

const refused = (outcome: string): boolean => outcome === 'refused';

function attempts(...outcomes: string[]) {
  let count = 0;
  return { attempt: async () => outcomes[count++] ?? 'refused', count: () => count };
}

test('a refused connection is tried twice more, anything else is the outcome', async () => {
  for (const [outcomes, expected, count] of [
    [['answer'], 'answer', 1],
    [['refused', 'answer'], 'answer', 2],
    [['refused', 'reset'], 'reset', 2],
    [[], 'refused', 3],
  ] as const) {
    const world = attempts(...outcomes);
    expect(await reconnect(await world.attempt(), world.attempt, refused)).toBe(expected);
    expect(world.count()).toBe(count);
  }
});

test('the wait ends when the caller goes', async () => {
  const going = new AbortController();
  const work = reconnect('refused', attempts().attempt, refused, going.signal);
  going.abort(new Error('gone'));
  await expect(work).rejects.toThrow();
});
