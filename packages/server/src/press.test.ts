import { expect, test } from 'vitest';
import { Press } from './press.ts';

/** Loads of which so many requests are refused for each that is answered. */
function under(press: Press, refusedEach: number, answers: number): boolean {
  let owed = 0;
  for (let answer = 0; answer < answers; answer++) {
    for (owed += refusedEach; owed >= 1; owed--) press.refused();
    press.answered();
  }
  return press.on;
}

test('a load of which most is refused is a press, soon; one of which less is refused is none', () => {
  expect(under(new Press(), 0.9, 10_000)).toBe(false);
  const press = new Press();
  expect(under(press, 9, 5)).toBe(true);
  expect(under(press, 1.5, 1000)).toBe(true);
});

test('a press ends when more is answered than refused, however long it was', () => {
  const press = new Press();
  under(press, 9, 10_000);
  expect(under(press, 0.5, 100)).toBe(true); // as many as shared calls answer at once
  expect(under(press, 0.5, 300)).toBe(false);
});
