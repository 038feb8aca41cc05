import { InferenceError } from '@switchyard/protocol';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAdmission, type Work } from './work.ts';

const limits = { maxConcurrent: 2, maxPendingBytes: 100, requestTimeoutMs: 60_000 };

test('beyond the limit a request is refused at once, until one is done', () => {
  const admission = createAdmission(limits);
  const one = admission.begin();
  admission.begin();
  expect(() => admission.begin()).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
  one.done();
  expect(admission.inFlight).toBe(1);
  admission.begin();
});

/** How many are let in by an admission of which `each` says how many milliseconds an answer takes. */
function paceAndAdmission() {
  const pace = { each: Infinity, within: (milliseconds: number) => milliseconds / pace.each };
  const admission = createAdmission({ ...limits, maxConcurrent: 1000, maxWaitMs: 200, pace });
  const works: Work[] = [];
  const ask = (): InferenceError | undefined => {
    try {
      works.push(admission.begin());
      return undefined;
    } catch (error) {
      return error as InferenceError;
    }
  };
  const fill = (): number => {
    while (!ask());
    return admission.inFlight;
  };
  const answer = (count: number): void => {
    for (const work of works.splice(0, count)) work.done();
  };
  return { pace, admission, ask, fill, answer };
}

test('beyond what is answered in the longest wait a request is refused, but for a few that may be under way at any pace', () => {
  const { pace, fill, ask } = paceAndAdmission();
  expect(fill()).toBe(16);
  pace.each = 5;
  expect(fill()).toBe(40);
  expect(ask()?.message).toBe('40 requests are under way, as many as this server answers in 200 ms; try again later');
  pace.each = 0;
  expect(fill()).toBe(1000);
});

test('where most of what comes is refused, those that are let in wait for a quarter of the longest, until it is over', () => {
  const { pace, admission, ask, fill, answer } = paceAndAdmission();
  pace.each = 5;
  fill();
  const press = (): void => {
    for (let times = 0; times < 40; times++) expect(ask()?.code).toBe('RESOURCE_EXHAUSTED');
    expect(admission.pressed).toBe(true);
  };
  press();
  answer(31);
  expect(fill()).toBe(10);
  expect(ask()?.message).toBe('10 requests are under way, as many as this server answers in 50 ms; try again later');
  press();
  pace.each = 100;
  answer(10);
  expect(fill()).toBe(8);
  for (let times = 0; times < 200 && admission.pressed; times++) {
    answer(1);
    ask();
  }
  expect(admission.pressed).toBe(false);
  expect(fill()).toBe(16);
});

test('refusals in the same words are one error, since its stack would cost as much as all else of them', () => {
  const { ask, fill } = paceAndAdmission();
  fill();
  expect(ask()).toBe(ask());
});

test('bytes beyond the limit are refused until others are done; who is refused holds none', () => {
  const admission = createAdmission(limits);
  const [one, two] = [admission.begin(), admission.begin()];
  one.charge(60);
  two.charge(40);
  expect(() => two.expect(1)).toThrow(
    'the requests under way have 60 bytes; with 41 more this server would hold over 100; try again later',
  );
  expect(() => two.charge(1)).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
  expect(admission.pendingBytes).toBe(60);
  one.charge(40);
  one.done();
  expect(admission.pendingBytes).toBe(0);
});

test('a request that is alone may have more bytes than all together', () => {
  const admission = createAdmission(limits);
  const large = admission.begin();
  large.expect(1000);
  large.charge(1000);
  large.charge(1000);
  expect(() => admission.begin().charge(1)).toThrow('have 2000 bytes');
});

test('what comes of a request that is answered already counts no more', () => {
  const admission = createAdmission(limits);
  const work = admission.begin();
  work.done();
  expect(() => work.charge(5)).toThrow(expect.objectContaining({ code: 'CANCELLED' }));
  expect(admission.pendingBytes).toBe(0);
});

test('whatever is charged, refused and done, held is what those under way were let have, within the limit unless one is alone', () => {
  const step = fc.record({ who: fc.nat(3), bytes: fc.option(fc.nat(80), { nil: undefined }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const admission = createAdmission({ ...limits, maxConcurrent: 4 });
      const under = new Map<number, { work: Work; bytes: number }>();
      for (const { who, bytes } of steps) {
        const mine = under.get(who) ?? { work: admission.begin(), bytes: 0 };
        under.set(who, mine);
        try {
          if (bytes !== undefined) mine.work.charge(bytes);
          mine.bytes += bytes ?? 0;
        } catch {
          mine.bytes = 0;
        }
        if (bytes === undefined) {
          mine.work.done();
          under.delete(who);
        }
        const held = [...under.values()].map((each) => each.bytes).filter((each) => each > 0);
        expect(admission.pendingBytes).toBe(held.reduce((a, b) => a + b, 0));
        if (held.length > 1) expect(admission.pendingBytes).toBeLessThanOrEqual(100);
      }
      for (const { work } of under.values()) work.done();
      expect([admission.pendingBytes, admission.inFlight]).toEqual([0, 0]);
    }),
  );
});

test('a request whose time was up when it came is late at once', () => {
  expect(createAdmission(limits).begin(0).signal.aborted).toBe(true);
});

test('idle waits for the last request', async () => {
  const admission = createAdmission(limits);
  await admission.idle();
  const work = admission.begin();
  let idle = false;
  const waiting = admission.idle().then(() => (idle = true));
  await Promise.resolve();
  expect(idle).toBe(false);
  work.done();
  await waiting;
});

test('a request whose time is up fails, and its signal says so to whoever works on it', async () => {
  const work = createAdmission(limits).begin(1);
  await expect(work.race(new Promise(() => {}))).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', message: 'no answer within 1 ms' });
  expect(work.signal.aborted).toBe(true);
});

test('an abort wins over work that never ends, also when it came first', async () => {
  const work = createAdmission(limits).begin();
  const gone = new InferenceError('CANCELLED', 'gone');
  const running = work.race(new Promise(() => {}));
  work.abort(gone);
  await expect(running).rejects.toBe(gone);
  await expect(work.race(new Promise(() => {}))).rejects.toBe(gone);
  work.done();
});

test('work that is through before the abort gives what it gave', async () => {
  const work = createAdmission(limits).begin();
  await expect(work.race(Promise.resolve(7))).resolves.toBe(7);
  await expect(work.race(Promise.reject(new Error('own')))).rejects.toThrow('own');
  work.done();
});
