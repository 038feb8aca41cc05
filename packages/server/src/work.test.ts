import { InferenceError } from '@switchyard/protocol';
import { expect, test } from 'vitest';
import { createAdmission } from './work.ts';

const limits = { maxConcurrent: 2, requestTimeoutMs: 60_000 };

test('beyond the limit a request is refused at once, until one is done', () => {
  const admission = createAdmission(limits);
  const one = admission.begin();
  admission.begin();
  expect(() => admission.begin()).toThrow(expect.objectContaining({ code: 'RESOURCE_EXHAUSTED' }));
  one.done();
  expect(admission.inFlight).toBe(1);
  admission.begin();
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
