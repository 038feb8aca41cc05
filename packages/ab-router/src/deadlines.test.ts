import { expect, onTestFinished, test, vi } from 'vitest';
import { deadlines } from './deadlines.ts';

function late() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const all: { until: number; name: string }[] = [];
  const told: string[] = [];
  const deadline = deadlines(100, all, (each) => {
    each.until = Infinity;
    told.push(each.name);
  });
  const begin = (name: string) => {
    const each = { name, until: deadline() };
    all.push(each);
    return each;
  };
  return { all, told, begin };
}

test('each is told once, when its own time is up, by one timer', () => {
  const { told, begin } = late();
  begin('a');
  vi.advanceTimersByTime(40);
  begin('b');
  begin('c').until = Infinity; // answered
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(59);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['a']);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(39);
  expect(told).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['a', 'b']);
  expect(vi.getTimerCount()).toBe(0);
});

test('what begins after the last is done is timed anew', () => {
  const { all, told, begin } = late();
  begin('a').until = Infinity;
  vi.advanceTimersByTime(1000);
  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
  begin('b');
  vi.advanceTimersByTime(100);
  expect(told).toEqual(['b']);
  expect(all.every(({ until }) => until === Infinity)).toBe(true);
});

test('what begins while another is found late has its own time, and no timer more', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const all: { until: number }[] = [];
  let count = 0;
  const deadline = deadlines(100, all, (each) => {
    each.until = Infinity;
    if (++count < 3) all.push({ until: deadline() }); // as one that waited for a connection does
  });
  all.push({ until: deadline() });
  vi.advanceTimersByTime(100);
  expect([count, vi.getTimerCount()]).toEqual([1, 1]);
  vi.advanceTimersByTime(99);
  expect(count).toBe(1);
  vi.advanceTimersByTime(1);
  expect([count, vi.getTimerCount()]).toEqual([2, 1]);
});
