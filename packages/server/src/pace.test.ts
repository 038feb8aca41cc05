import { expect, test } from 'vitest';
import type { Call } from '@switchyard/protocol';
import { callOf, linearPredictor } from './fixtures/serving.ts';
import { paced } from './pace.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A predictor each of whose calls takes so many milliseconds of the event loop, by a clock and turns that are moved by hand. */
function start(milliseconds: number, check: (at: number) => void = () => {}) {
  const run: Call[] = [];
  const turns: (() => void)[] = [];
  let time = 0;
  const inner = linearPredictor();
  const predict = (call: Call) => {
    run.push(call);
    time += milliseconds;
    check(run.length - 1);
    return { ...call.message, meta: {} };
  };
  const { predictor, pace } = paced({ ...inner, predict }, { now: () => time, soon: (work) => void turns.push(work) });
  return { predictor, pace, run, turn: () => turns.shift()?.(), pass: (by: number) => void (time += by) };
}

const call = (signal = new AbortController().signal): Call => ({ ...callOf({ kind: 'empty' }), signal });

test('after some milliseconds of work what has come waits for a turn of the event loop, in its order', async () => {
  const { predictor, run, turn } = start(3);
  const calls = Array.from({ length: 6 }, () => call());
  const answers = calls.map((each) => predictor.predict(each));
  expect(run).toEqual(calls.slice(0, 2));
  await settle();
  expect(run).toHaveLength(2);
  turn();
  expect(run).toEqual(calls.slice(0, 4));
  turn();
  await Promise.all(answers);
  expect(run).toEqual(calls);
  turn();
});

test('work with time between waits for nothing', () => {
  const { predictor, run, pass } = start(20);
  for (let times = 0; times < 3; times++, pass(2)) void predictor.predict(call());
  expect(run).toHaveLength(3);
});

test('who goes before its turn is not answered', async () => {
  const { predictor, run, turn } = start(10);
  const client = new AbortController();
  void predictor.predict(call());
  const late = predictor.predict(call(client.signal));
  client.abort(new Error('gone'));
  turn();
  await expect(late).rejects.toThrow('gone');
  expect(run).toHaveLength(1);
});

test('one that fails in its turn fails alone', async () => {
  const { predictor, turn } = start(10, (at) => {
    if (at === 1) throw new Error('no');
  });
  const answers = Array.from({ length: 3 }, () => predictor.predict(call()));
  const outcomes = Promise.allSettled(answers);
  for (let times = 0; times < 2; times++) turn();
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('the pace is that of the last second of work, whatever the time between', async () => {
  const { predictor, pace, pass } = start(10);
  expect(pace.within(100)).toBe(Infinity);
  for (let times = 0; times < 100; times++) {
    await predictor.predict(call());
    pass(1000);
  }
  expect(pace.within(100)).toBe(10);
});
