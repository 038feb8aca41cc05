import { InferenceError, type Tensor } from '@switchyard/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alone, answersOf, gated, inner, never, report, rowsOf, start } from '../fixtures/batches.ts';
import { width } from '../fixtures/linear.ts';
import type { Model } from '../model.ts';
import { createBatcher } from './batcher.ts';

test('whatever comes when, each request gets what it would get alone, and no call has more rows than it may', async () => {
  const step = fc.oneof(
    fc.record({ rows: fc.integer({ min: 1, max: 12 }), first: fc.nat(16), asks: fc.constantFrom('a', 'b') }),
    fc.constant('turn' as const),
    fc.constant('open' as const),
    fc.integer({ min: 1, max: 9 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), fc.constantFrom(0, 5), async (steps, slow, maxDelayMs) => {
      const gate = gated();
      let open = 0;
      const predict: Model['predict'] = (inputs) => (slow ? (open++, gate.predict(inputs)) : inner.predict(inputs));
      const { ask, turn, pass, rest, calls, timers } = start({ predict, maxDelayMs });
      const letOne = (): void => void (open > 0 && (open--, gate.open()));
      const asked: [Tensor, Promise<{ outputs: readonly Tensor[] }>][] = [];
      for (const each of steps) {
        if (each === 'turn') await turn();
        else if (each === 'open') letOne();
        else if (typeof each === 'number') await pass(each);
        else {
          const input = rowsOf(each.first, each.rows);
          asked.push([input, ask(input, { asks: each.asks })]);
        }
      }
      for (let left = 2 * asked.length + 2; left > 0; left--) {
        await rest();
        letOne();
        if (timers() > 0) await pass(maxDelayMs);
      }
      for (const [input, answer] of asked) expect(await answersOf(answer)).toEqual(alone(input));
      for (const rows of calls) expect(rows).toBeLessThanOrEqual(12);
      expect(calls.reduce((a, b) => a + b, 0)).toBe(asked.reduce((sum, [{ shape }]) => sum + shape[0]!, 0));
      const large = asked.filter(([{ shape }]) => shape[0]! > 8).length;
      expect(calls.filter((rows) => rows > 8)).toHaveLength(large); // only who is too large alone
    }),
    { numRuns: 200 },
  );
});

describe('gathering', () => {
  test('what comes in one turn is one call; the first of it leads', async () => {
    const { ask, rest, calls } = start();
    const asked = [ask(rowsOf(0)), ask(rowsOf(1, 2)), ask(rowsOf(2))];
    await rest();
    expect(calls).toEqual([4]);
    expect((await Promise.all(asked)).map(({ leads }) => leads)).toEqual([true, false, false]);
  });

  test('where the event loop was long at other things, calls that are full follow each other for as long, and no longer', async () => {
    const slow: Model['predict'] = (inputs) => {
      void batches.pass(4);
      return inner.predict(inputs);
    };
    const batches = start({ maxRows: 2, predict: slow });
    const { ask, turn, pass, calls } = batches;
    void ask(rowsOf(0));
    await turn();
    await pass(10);
    for (let at = 0; at < 11; at++) void ask(rowsOf(at));
    await turn();
    expect(calls).toEqual([1, 2, 2, 2]);
    await turn();
    expect(calls).toHaveLength(5);
    await pass(100);
    await turn();
    expect(calls).toEqual([1, 2, 2, 2, 2, 2]); // of what is left more may come
    await turn();
    expect(calls.at(-1)).toBe(1);
  });

  test('what comes while a call is under way is the next one, in order, as far as there is room', async () => {
    const { predict, open } = gated();
    const { ask, rest, calls } = start({ predict, maxRows: 3 });
    const done: number[] = [];
    const note = (at: number) => (): void => void done.push(at);
    void ask(rowsOf(0)).then(note(0));
    await rest();
    for (const at of [1, 2, 3, 4]) void ask(rowsOf(at)).then(note(at));
    await rest();
    expect(calls).toEqual([1]);
    for (let left = 3; left > 0; left--) {
      open();
      await rest();
    }
    expect([calls, done]).toEqual([
      [1, 3, 1],
      [0, 1, 2, 3, 4],
    ]);
  });

  test('who asks for something else is kept apart', async () => {
    const { ask, rest, calls } = start();
    void ask(rowsOf(0));
    void ask(rowsOf(1), { proximity: true });
    void ask(rowsOf(2));
    void ask(rowsOf(3), { proximity: true, big: 7n });
    await rest();
    expect(calls).toEqual([2, 1, 1]);
  });

  test('a model that does not gain, or has no rows, or may take one row only, has no batcher', () => {
    const limits = { maxRows: 8, maxDelayMs: 0, maxWaiting: 8 };
    const single = { inputs: [{ ...inner.signature.inputs[0]!, shape: [1, width] }], outputs: inner.signature.outputs };
    expect(createBatcher(inner, limits)).toBeUndefined();
    expect(createBatcher({ ...inner, batching: true }, { ...limits, maxRows: 1 })).toBeUndefined();
    expect(createBatcher({ ...inner, signature: single, batching: true }, limits)).toBeUndefined();
  });

  test('a tag of a batch is of each request; a metric is told once', async () => {
    const predict: Model['predict'] = (inputs, told) => {
      told?.tag('rows', inputs[0]?.shape[0]);
      told?.metric({ key: 'calls', type: 'COUNTER', value: 1 });
      return inner.predict(inputs);
    };
    const { batcher, rest } = start({ predict });
    const told = [report(), report()];
    for (const each of told) void batcher.predict([rowsOf(0)], each.report, never);
    await rest();
    expect(told.map(({ tags }) => tags)).toEqual([{ rows: 2 }, { rows: 2 }]);
    expect(told.map(({ metrics }) => metrics.length)).toEqual([1, 0]);
  });
});

describe('delay', () => {
  const delayed = () => start({ maxDelayMs: 5 });

  test('a lone request is answered in the turn that it came in, always', async () => {
    const { ask, turn, calls, timers, pass } = delayed();
    for (const gap of [0, 1, 4, 5, 1000]) {
      const asked = ask(rowsOf(gap));
      await turn();
      await asked;
      expect(timers()).toBe(0);
      await pass(gap);
    }
    expect(calls).toEqual([1, 1, 1, 1, 1]);
  });

  test('after a call of three it waits for three, and goes as soon as they are there', async () => {
    const { ask, rest, calls, timers } = delayed();
    for (const at of [0, 1, 2]) void ask(rowsOf(at));
    await rest();
    void ask(rowsOf(3));
    await rest();
    void ask(rowsOf(4));
    await rest();
    expect([calls, timers()]).toEqual([[3], 1]);
    void ask(rowsOf(5));
    await rest();
    expect([calls, timers()]).toEqual([[3, 3], 0]);
  });

  test('it waits no longer than it may, and then expects no more than came', async () => {
    const { ask, rest, pass, calls, timers } = delayed();
    for (const at of [0, 1, 2]) void ask(rowsOf(at));
    await rest();
    void ask(rowsOf(3));
    await rest();
    await pass(4);
    expect(calls).toEqual([3]);
    await pass(1);
    expect(calls).toEqual([3, 1]);
    void ask(rowsOf(4));
    await rest();
    expect([calls, timers()]).toEqual([[3, 1, 1], 0]);
  });

  test('a load of longer ago than the delay is none', async () => {
    const { ask, rest, pass, calls, timers } = delayed();
    for (const at of [0, 1, 2]) void ask(rowsOf(at));
    await rest();
    await pass(5);
    void ask(rowsOf(3));
    await rest();
    expect([calls, timers()]).toEqual([[3, 1], 0]);
  });

  test('who is waited with may leave, and the last one leaves nothing behind', async () => {
    const { ask, rest, calls, timers } = delayed();
    for (const at of [0, 1]) void ask(rowsOf(at));
    await rest();
    const controller = new AbortController();
    const asked = ask(rowsOf(2), {}, controller.signal);
    await rest();
    expect(timers()).toBe(1);
    controller.abort(new InferenceError('CANCELLED', 'gone'));
    await expect(asked).rejects.toThrow('gone');
    await rest();
    expect([calls, timers()]).toEqual([[2], 0]);
    void ask(rowsOf(3));
    void ask(rowsOf(4));
    await rest();
    expect(calls).toEqual([2, 2]);
  });
});

describe('failure', () => {
  /** A model that cannot answer any batch with the row that begins with this number. */
  const failing = (bad: number): Model['predict'] => {
    const value = rowsOf(bad).data[0];
    return (inputs) => {
      const data = inputs[0]!.data as Float32Array;
      for (let at = 0; at < data.length; at += width)
        if (data[at] === value) throw new InferenceError('INVALID_ARGUMENT', `row ${at / width} is bad`);
      return inner.predict(inputs);
    };
  };

  test('one bad request fails alone, with its own error', async () => {
    const { ask, rest, calls } = start({ predict: failing(1) });
    const asked = [0, 1, 2].map((at) => ask(rowsOf(at)));
    const settled = Promise.allSettled(asked);
    await rest();
    const [first, second, third] = await settled;
    expect([first?.status, third?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(second).toMatchObject({ reason: { code: 'INVALID_ARGUMENT', message: 'row 0 is bad' } });
    expect(calls).toEqual([3, 1, 1, 1]);
    expect(await answersOf(asked[2]!)).toEqual(alone(rowsOf(2)));
  });

  test('a model that answers a batch with too few rows answers each alone', async () => {
    const predict: Model['predict'] = ([x]) =>
      inner.predict([{ ...x!, shape: [1, width], data: (x!.data as Float32Array).slice(0, width) }]);
    const { ask, rest } = start({ predict });
    const asked = [ask(rowsOf(0)), ask(rowsOf(1))];
    await rest();
    for (const [at, each] of asked.entries()) expect(await answersOf(each)).toEqual(alone(rowsOf(at)));
  });

  test('who goes while the batch is tried is not tried again', async () => {
    const gates: PromiseWithResolvers<readonly Tensor[]>[] = [];
    const predict: Model['predict'] = () => {
      gates.push(Promise.withResolvers());
      return gates.at(-1)!.promise;
    };
    const { ask, rest, calls } = start({ predict });
    const controller = new AbortController();
    const stays = ask(rowsOf(0));
    const goes = expect(ask(rowsOf(1), {}, controller.signal)).rejects.toThrow('gone');
    await rest();
    controller.abort(new Error('gone'));
    gates[0]!.reject(new Error('out of memory'));
    await goes;
    await rest();
    expect(calls).toEqual([2, 1]);
    gates[1]!.resolve(inner.predict([rowsOf(0)]) as readonly Tensor[]);
    expect(await answersOf(stays)).toEqual(alone(rowsOf(0)));
  });
});

describe('waiting', () => {
  test('more than may wait are refused, until there is room', async () => {
    const { predict, open } = gated();
    const { ask, rest, calls } = start({ predict, maxWaiting: 2 });
    void ask(rowsOf(0));
    await rest();
    void ask(rowsOf(1));
    void ask(rowsOf(2));
    await expect(ask(rowsOf(3))).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: '2 requests wait for the model, the most this server lets wait; try again later',
    });
    open();
    await rest();
    void ask(rowsOf(4));
    expect(calls).toEqual([1, 2]);
  });

  test('who goes leaves the queue, and makes room; the model is not asked for it', async () => {
    const { predict, open } = gated();
    const { ask, rest, calls } = start({ predict, maxWaiting: 1 });
    void ask(rowsOf(0));
    await rest();
    const controller = new AbortController();
    const asked = ask(rowsOf(1, 3), {}, controller.signal);
    controller.abort(new InferenceError('DEADLINE_EXCEEDED', 'late'));
    await expect(asked).rejects.toThrow('late');
    await expect(ask(rowsOf(1), {}, controller.signal)).rejects.toThrow('late');
    void ask(rowsOf(2));
    open();
    await rest();
    expect(calls).toEqual([1, 1]);
  });
});
