import { expect, test } from 'vitest';
import { outbox } from './outbox.ts';

function turns() {
  const sent: string[] = [];
  const ends: (() => void)[] = [];
  const clock = { time: 0, now: () => clock.time, soon: (work: () => void) => void ends.push(work) };
  const later = outbox(clock);
  return {
    clock,
    sent,
    answer: (name: string) => later(() => sent.push(name)),
    end: () => ends.splice(0).forEach((work) => work()),
  };
}

test('answers of a turn leave at its end, in their order', () => {
  const { sent, answer, end } = turns();
  for (const name of ['a', 'b', 'c']) answer(name);
  expect(sent).toEqual([]);
  end();
  expect(sent).toEqual(['a', 'b', 'c']);
  answer('d');
  end();
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
});

test('in a long turn they leave when the first has waited for long enough, and none leaves twice', () => {
  const { clock, sent, answer, end } = turns();
  answer('a');
  clock.time = 0.4;
  answer('b');
  expect(sent).toEqual([]);
  clock.time = 0.6;
  answer('c');
  expect(sent).toEqual(['a', 'b', 'c']);
  answer('d');
  end();
  expect(sent).toEqual(['a', 'b', 'c', 'd']);
});

test('what a send leads to is sent as well', () => {
  const sent: string[] = [];
  const ends: (() => void)[] = [];
  const later = outbox({ now: () => 0, soon: (work) => void ends.push(work) });
  later(() => later(() => sent.push('second')));
  while (ends.length > 0) ends.shift()!();
  expect(sent).toEqual(['second']);
});
