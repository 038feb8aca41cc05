import { describe, expect, test } from 'vitest';
import { CallEnd, type CallSignal } from './call-signal.ts';

/** Both are the same to who listens. */
const ends: [string, () => { signal: CallSignal; abort(reason: unknown): void }][] = [
  [
    'CallEnd',
    () => {
      const end = new CallEnd();
      return { signal: end, abort: (reason) => end.abort(reason) };
    },
  ],
  [
    'AbortController',
    () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
    },
  ],
];

describe.each(ends)('%s', (_, make) => {
  test('tells each listener once, in their order, and has the first reason', () => {
    const { signal, abort } = make();
    const told: string[] = [];
    signal.addEventListener('abort', () => told.push('function'));
    signal.addEventListener('abort', { handleEvent: () => void told.push('object') });
    signal.throwIfAborted();
    expect([signal.aborted, signal.reason]).toEqual([false, undefined]);
    abort('first');
    abort('second');
    expect(told).toEqual(['function', 'object']);
    expect([signal.aborted, signal.reason]).toEqual([true, 'first']);
    expect(() => signal.throwIfAborted()).toThrow('first');
  });

  test('tells nobody who has left, be it while others are told, and nobody who came too late', () => {
    const { signal, abort } = make();
    const told: string[] = [];
    const [gone, next, stranger] = [() => void told.push('gone'), () => void told.push('next'), () => {}];
    signal.addEventListener('abort', gone);
    signal.addEventListener('abort', () => signal.removeEventListener('abort', next));
    signal.addEventListener('abort', next);
    signal.addEventListener('abort', () => void told.push('last'));
    signal.removeEventListener('abort', gone);
    signal.removeEventListener('abort', stranger);
    abort(new Error('over'));
    signal.addEventListener('abort', () => void told.push('late'));
    expect(told).toEqual(['last']);
  });
});
